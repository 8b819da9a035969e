import type { Recognizer } from '../recognizer.ts';
import { matches } from '../text/matches.ts';

const SEPARATED = /(?<![\w.+-])\d{3}([-. ])\d{2}\1\d{4}(?![\w]|[-.]\d)/g;
const LOOSE = /(?<![\w.+-])\d{3}(?: ?[-–. _/] ?)?\d{2}(?: ?[-–. _/] ?)?\d{4}(?![\w]|[-.]\d)/g;

// Printed in advertising and on sample cards, and therefore void.
const VOID = new Set(['078051120', '219099999']);

/** Area, group and serial as the Social Security Administration assigns them. */
export const isSsn = (digits: string): boolean =>
  /^(?!000|666|9)\d{3}(?!00)\d{2}(?!0000)\d{4}$/.test(digits) && !VOID.has(digits);

/** Social security numbers of the USA. */
export const usSsn: Recognizer = {
  id: 'us-ssn',
  kind: 'US_SSN',
  description:
    'Nine digits as 3-2-4, or together beside words for it; area not 000, 666 or 9xx, group not 00, serial not 0000.',
  source: 'SSA POMS RM 10201.030',
  regions: ['US'],
  needs: { digits: 9 },
  find(scanned, emit) {
    const { text } = scanned;
    const seen = new Set<number>();
    for (const match of matches(SEPARATED, text)) {
      const [{ length }, separator] = [match[0], match[1]];
      const [start, end] = [match.index, match.index + length];
      if (!isSsn(match[0].replace(/\D/g, ''))) continue;
      seen.add(start);
      if (scanned.isLabelled('US_SSN', start, end)) emit(start, end, 0.98, true);
      else if (!scanned.isDenied('US_SSN', start)) emit(start, end, separator === '-' ? 0.85 : 0.6, true);
    }
    if (!scanned.mentions('US_SSN')) return;
    for (const match of matches(LOOSE, text)) {
      const [start, end] = [match.index, match.index + match[0].length];
      if (seen.has(start) || !isSsn(match[0].replace(/\D/g, ''))) continue;
      if (scanned.isLabelled('US_SSN', start, end)) emit(start, end, 0.9, true);
    }
  },
};
