const DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Whether there is such a day (29 February in leap years only). */
export function isDay(year: number, month: number, day: number): boolean {
  if (month < 1 || month > 12 || day < 1 || day > (DAYS[month - 1] ?? 0)) return false;
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  return month !== 2 || day < 29 || isLeap;
}

/** The oldest anyone gets, with a margin. */
export const LONGEST_LIFE = 125;

const MONTH_NAMES = [
  'january jan januar janvier janv enero ene gennaio gen janeiro januari stycznia ene. januara',
  'february feb februar février fevrier févr fév febrero febbraio fevereiro fev februari lutego',
  'march mar märz maerz mär mrz mars marzo março marco maart mrt marca',
  'april apr avril avr abril abr aprile kwietnia',
  'may mai mayo maggio mag maio mei maja',
  'june jun juni juin junio giugno giu junho czerwca',
  'july jul juli juillet juil julio luglio lug julho lipca',
  'august aug août aout agosto ago agostos augustus augusti sierpnia',
  'september sep sept septembre septiembre settembre set setembro września',
  'october oct oktober okt octobre octubre ottobre ott outubro out października',
  'november nov novembre noviembre novembro listopada',
  'december dec dezember dez décembre decembre déc diciembre dic dicembre dezembro desember grudnia',
].map((names) => names.split(' '));

const months = new Map(MONTH_NAMES.flatMap((names, index) => names.map((name) => [name, index + 1] as const)));

/** The month of a name in one of the languages known, 1 to 12. */
export const monthOf = (name: string): number | undefined => months.get(name.toLowerCase().replace(/\.$/, ''));

/** Every name of a month, longest first, as a part of a regular expression. */
export const MONTH_PATTERN = [...months.keys()]
  .filter((name) => !name.includes('.'))
  .sort((a, b) => b.length - a.length)
  .join('|');
