import { isDay, LONGEST_LIFE, MONTH_PATTERN, monthOf } from '../checks/calendar.ts';
import type { Recognizer } from '../recognizer.ts';
import { matches } from '../text/matches.ts';

/** A way to write a date, and what it says: year, month, day; undefined: nothing that can be read. */
interface Style {
  readonly pattern: RegExp;
  readonly read: (parts: readonly string[], thisYear: number) => readonly Reading[];
}

type Reading = readonly [year: number, month: number, day: number];

const number = (text: string | undefined): number => Number(text?.replace(/\D/g, ''));
/** Two digits are the last year that ended in them. */
const year = (text: string | undefined, thisYear: number): number => {
  const value = number(text);
  if ((text ?? '').replace(/\D/g, '').length > 2) return value;
  return value + (value > thisYear % 100 ? 1900 : 2000);
};
const month = (text: string | undefined): number => monthOf(text ?? '') ?? 0;
// Which of two numbers is the month depends on the country; either will do.
const either = (y: number, a: number, b: number): Reading[] => [
  [y, a, b],
  [y, b, a],
];

const FILLER = "(?:[ ,.\\-/]|\\s(?:of|de|del|di|van)\\s|d'){1,3}";
const STYLES: readonly Style[] = [
  {
    pattern: /(?<![\w.])((?:18|19|20)\d{2})([-/. ])(\d{1,2})\2(\d{1,2})(?!\d|[-/]\d)/g,
    read: ([, y, , m, d]) => either(number(y), number(m), number(d)),
  },
  {
    pattern: /(?<![\w])(\d{1,2})( ?[-/.] ?| )(\d{1,2})\2((?:18|19|20)\d{2}|'?\d{2})(?!\w|[-/.]\d)/g,
    read: ([, a, , b, y], now) => either(year(y, now), number(a), number(b)),
  },
  {
    pattern: new RegExp(
      `(?<![\\w])(\\d{1,2})(?:st|nd|rd|th|er|º|ª|\\.)?${FILLER}(${MONTH_PATTERN})${FILLER}((?:18|19|20)\\d{2}|'?\\d{2})(?!\\w)`,
      'giu',
    ),
    read: ([, d, m, y], now) => [[year(y, now), month(m), number(d)]],
  },
  {
    pattern: new RegExp(
      `(?<![\\p{L}\\d])(${MONTH_PATTERN})${FILLER}(\\d{1,2})(?:st|nd|rd|th)?(?:,? {1,2}|${FILLER})((?:18|19|20)\\d{2}|'\\d{2})(?!\\w)`,
      'giu',
    ),
    read: ([, m, d, y], now) => [[year(y, now), month(m), number(d)]],
  },
  {
    pattern: new RegExp(`(?<![\\w])((?:18|19|20)\\d{2})${FILLER}(${MONTH_PATTERN})${FILLER}(\\d{1,2})(?!\\w)`, 'giu'),
    read: ([, y, m, d]) => [[number(y), month(m), number(d)]],
  },
  {
    pattern: /(?<!\d)((?:18|19|20)\d{2})[年년] ?(\d{1,2})[月월] ?(\d{1,2})[日일]/g,
    read: ([, y, m, d]) => [[number(y), number(m), number(d)]],
  },
  {
    pattern: /(?<![\w.+-])(\d{2})(\d{2})(\d{2})(\d{2})(?![\w]|[-.]\d)/g,
    read: ([, a, b, c, d]) => [
      [number(`${a}${b}`), number(c), number(d)],
      ...either(number(`${c}${d}`), number(a), number(b)),
    ],
  },
];

/** "Anna (*7.8.1990)" and "Anna (b. 7 August 1990)", as genealogists write it. */
const STAR = /\((?:\*|b\.) ?$/;

/** Dates of birth. */
export const dateOfBirth: Recognizer = {
  id: 'date-of-birth',
  kind: 'DATE_OF_BIRTH',
  description: 'A day that there was within the last 125 years, in any usual form, beside words for birth.',
  source: '',
  regions: [],
  needs: { digits: 3 },
  find(scanned, emit) {
    if (!scanned.mentions('DATE_OF_BIRTH') && !/\((?:\*|b\.)/.test(scanned.text)) return;
    for (const { pattern, read } of STYLES) {
      for (const match of matches(pattern, scanned.text)) {
        if (!read(match, scanned.thisYear).some((reading) => isBirthday(reading, scanned.thisYear))) continue;
        const end = match.index + match[0].length;
        const isStarred = STAR.test(scanned.text.slice(Math.max(0, match.index - 4), match.index));
        if (isStarred || scanned.isLabelled('DATE_OF_BIRTH', match.index, end)) emit(match.index, end, 0.9, false);
      }
    }
  },
};

const isBirthday = ([y, m, d]: Reading, thisYear: number): boolean =>
  y <= thisYear && y >= thisYear - LONGEST_LIFE && isDay(y, m, d);
