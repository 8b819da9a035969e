/** The first three digits that ZIP codes of a state or territory begin with (USPS Publication 65). */
const PREFIXES: Readonly<Record<string, string>> = {
  AL: '350-369',
  AK: '995-999',
  AZ: '850-865',
  AR: '716-729',
  CA: '900-961',
  CO: '800-816',
  CT: '060-069',
  DE: '197-199',
  DC: '200-205',
  FL: '320-349',
  GA: '300-319 398-399',
  HI: '967-968',
  ID: '832-838',
  IL: '600-629',
  IN: '460-479',
  IA: '500-528',
  KS: '660-679',
  KY: '400-427',
  LA: '700-714',
  ME: '039-049',
  MD: '206-219',
  MA: '010-027 055',
  MI: '480-499',
  MN: '550-567',
  MS: '386-397',
  MO: '630-658',
  MT: '590-599',
  NE: '680-693',
  NV: '889-898',
  NH: '030-038',
  NJ: '070-089',
  NM: '870-884',
  NY: '005 063 090-149',
  NC: '270-289',
  ND: '580-588',
  OH: '430-459',
  OK: '730-749',
  OR: '970-979',
  PA: '150-196',
  RI: '028-029',
  SC: '290-299',
  SD: '570-577',
  TN: '370-385',
  TX: '733 750-799 885',
  UT: '840-847',
  VT: '050-059',
  VA: '201 220-246',
  WA: '980-994',
  WV: '247-268',
  WI: '530-549',
  WY: '820-831',
  PR: '006-007 009',
  VI: '008',
  GU: '969',
  AP: '962-966',
  AE: '090-098',
  AA: '340',
  AS: '967',
  MP: '969',
};

const NAMES = `alabama alaska arizona arkansas california colorado connecticut delaware florida georgia hawaii idaho illinois
  indiana iowa kansas kentucky louisiana maine maryland massachusetts michigan minnesota mississippi missouri montana
  nebraska nevada hampshire jersey mexico york carolina dakota ohio oklahoma oregon pennsylvania island tennessee texas utah
  vermont virginia washington wisconsin wyoming columbia rico`;

const ranges = new Map(
  Object.entries(PREFIXES).map(([state, list]) => [
    state,
    list.split(' ').map((range) => {
      const [low = '', high = low] = range.split('-');
      return [Number(low), Number(high)] as const;
    }),
  ]),
);
const assigned = [...ranges.values()].flat();
const names = new Set(NAMES.split(/\s+/));

const holds = (known: readonly (readonly [number, number])[], zip: string): boolean => {
  const prefix = Number(zip.slice(0, 3));
  return known.some(([low, high]) => prefix >= low && prefix <= high);
};

/** Whether ZIP codes begin like this anywhere. */
export const isAssignedZip = (zip: string): boolean => holds(assigned, zip);

/** Whether these two letters are a state, territory or military post of the USA. */
export const isState = (letters: string): boolean => ranges.has(letters);

/** Whether ZIP codes of this state begin like this. */
export const isZipOf = (state: string, zip: string): boolean => holds(ranges.get(state) ?? [], zip);

/** Whether this is the last word of a state's name. */
export const isStateName = (word: string): boolean => names.has(word.toLowerCase());
