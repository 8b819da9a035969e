/** How numbers of driver's licences are built, by state of the USA (AAMVA), spaces and dashes left out. */
const STATES: Readonly<Record<string, string>> = {
  AL: '\\d{7,8}',
  AK: '\\d{6,7}',
  AZ: '[A-Z]\\d{8}|\\d{9}',
  AR: '9?\\d{8}',
  CA: '[A-Z]\\d{7}',
  CO: '\\d{9}|[A-Z]\\d{5,6}|[A-Z]{2}\\d{4,5}',
  CT: '\\d{9}',
  DE: '\\d{6,7}',
  DC: '\\d{7}|\\d{9}',
  FL: '[A-Z]\\d{12}',
  GA: '\\d{7,9}',
  HI: '[A-Z]\\d{8}|\\d{9}',
  ID: '[A-Z]{2}\\d{6}[A-Z]|\\d{9}',
  IL: '[A-Z]\\d{11,12}',
  IN: '[A-Z]\\d{9}|\\d{9,10}',
  IA: '\\d{9}|\\d{3}[A-Z]{2}\\d{4}',
  KS: '[A-Z]\\d[A-Z]\\d[A-Z]|[A-Z]\\d{8}|\\d{9}',
  KY: '[A-Z]\\d{8,9}|\\d{9}',
  LA: '\\d{8,9}',
  ME: '\\d{7,8}[A-Z]?',
  MD: '[A-Z]\\d{12}',
  MA: '[A-Z]{1,2}\\d{7,8}|\\d{9}',
  MI: '[A-Z]\\d{10}|[A-Z]\\d{12}',
  MN: '[A-Z]\\d{12}',
  MS: '\\d{9}',
  MO: '[A-Z]\\d{5,9}|[A-Z]\\d{6}R|\\d{8}[A-Z]{2}|\\d{9}[A-Z]?',
  MT: '[A-Z]\\d{8}|\\d{9}|\\d{13,14}',
  NE: '[A-Z]\\d{6,8}',
  NV: '\\d{9,10}|\\d{12}|X\\d{8}',
  NH: '\\d{2}[A-Z]{3}\\d{5}|NHL\\d{8}',
  NJ: '[A-Z]\\d{14}',
  NM: '\\d{8,9}',
  NY: '[A-Z]\\d{7}|[A-Z]\\d{18}|\\d{8,9}|\\d{16}',
  NC: '\\d{6,12}',
  ND: '[A-Z]{3}\\d{6}|\\d{9}',
  OH: '[A-Z]\\d{4,8}|[A-Z]{2}\\d{3,7}|\\d{8}',
  OK: '[A-Z]\\d{9}|\\d{9}',
  OR: '\\d{6,9}|[A-Z]\\d{6}',
  PA: '\\d{8}',
  RI: '\\d{7}|[A-Z]\\d{6}',
  SC: '\\d{6,11}',
  SD: '\\d{6,10}|\\d{12}',
  TN: '\\d{7,9}',
  TX: '\\d{7,8}',
  UT: '\\d{6,10}',
  VT: '\\d{8}|\\d{7}A',
  VA: '[A-Z]\\d{8,11}|\\d{9}',
  WA: 'WDL[A-Z0-9]{9}|[A-Z]{2,7}[A-Z*]{0,5}\\d{2,4}[A-Z0-9]{2,3}',
  WV: '\\d{7}|[A-Z]{1,2}\\d{5,6}',
  WI: '[A-Z]\\d{13}',
  WY: '\\d{9,10}',
};

/** The same by country. */
const COUNTRIES: Readonly<Record<string, string>> = {
  US: Object.values(STATES).join('|'),
  GB: '[A-Z9]{5}\\d{6}[A-Z9]{2}[A-Z0-9]{3}(?:\\d{2})?|\\d{8}',
  CA: '[A-Z]\\d{14}|[A-Z]\\d{12}|\\d{7}|\\d{6}-?\\d{3}|[A-Z]{5}\\d{9}|\\d{9}|\\d{5,8}',
  AU: '\\d{8,10}|\\d{3}\\d{3}\\d{3}|[A-Z]{2}\\d{4}|[A-Z]\\d{5}',
  NZ: '[A-Z]{2}\\d{6}',
  DE: '[A-Z]\\d{2}[A-Z0-9]{6}\\d[A-Z0-9]|[A-Z0-9]{3}\\d[A-Z0-9]{7}',
  FR: '\\d{12}|\\d{2}[A-Z]{2}\\d{5}',
  IT: '[A-Z]{2}\\d{7}[A-Z]|[A-Z]\\d[A-Z0-9]{7}[A-Z]|U1\\w{8}',
  ES: '\\d{8}[A-Z]|[XYZ]\\d{7}[A-Z]',
  PT: '[A-Z]{1,2}\\d{6,8}',
  NL: '\\d{10}',
  BE: '\\d{10}',
  PL: '\\d{11}|\\d{5}/?\\d{2}/?\\d{4}',
  SE: '\\d{10}|\\d{12}',
  DK: '\\d{8}',
  NO: '\\d{11}',
  FI: '\\d{6}[A-Z0-9-]\\d{3}[A-Z0-9]',
  IE: '\\d{9}',
  AT: '\\d{8}',
  CH: '\\d{12}',
  IN: '[A-Z]{2}\\d{13}',
  JP: '\\d{12}',
  KR: '\\d{12}',
  BR: '\\d{9,11}',
  MX: '[A-Z]?\\d{8,12}',
  RU: '\\d{10}|\\d{2}[A-ZА-Я]{2}\\d{6}',
  ZA: '\\d{8,10}[A-Z0-9]{0,4}',
  TR: '\\d{6}',
};

const compiled = new Map(Object.entries(COUNTRIES).map(([region, source]) => [region, new RegExp(`^(?:${source})$`)]));

/** Countries whose licences are known. */
export const LICENSE_REGIONS: readonly string[] = [...compiled.keys()];

/** Whether a number is built as licences of one of these countries are; of any, if there are none. */
export const isLicense = (number: string, regions: ReadonlySet<string>): boolean => {
  for (const [region, format] of compiled) {
    if ((regions.size === 0 || regions.has(region)) && format.test(number)) return true;
  }
  return regions.size === 0 && ANY_ISSUER.test(number);
};

// Issuers that are not listed: at least five digits, and no more letters in front of them than a name has.
const ANY_ISSUER = /^(?=(?:[A-Z*]*\d){5})[A-Z*]{0,5}\d[A-Z0-9*]{4,17}$/;
