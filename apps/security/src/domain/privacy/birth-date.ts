/** The year in a date, and the age that it gives at the end of this year. */
export function yearsSince(value: string, now: Date): { year: string; years: number } | undefined {
  const digits = value.normalize('NFKC');
  const [long] = /(?<!\d)(?:18|19|20)\d{2}(?!\d)/.exec(digits) ?? [];
  const [compact] = /(?<!\d)(?:(?:18|19|20)\d{2}(?=\d{4}(?!\d)))/.exec(digits) ?? [];
  const [, last] = /(?<=\d{4})((?:18|19|20)\d{2})(?!\d)/.exec(digits) ?? [];
  const [, short] = /(\d{2})\s*$/.exec(digits) ?? [];
  const thisYear = now.getUTCFullYear();
  const year = long ?? compact ?? last ?? (short && /\d\D+\d/.test(digits) ? century(short, thisYear) : undefined);
  return year === undefined ? undefined : { year, years: thisYear - Number(year) };
}

const century = (short: string, thisYear: number): string =>
  String(Number(short) + (Number(short) > thisYear % 100 ? 1900 : 2000));
