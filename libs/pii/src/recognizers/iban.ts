import { IBAN_LENGTHS, passesMod97 } from '../checks/mod97.ts';
import type { Recognizer } from '../recognizer.ts';
import { matches } from '../text/matches.ts';

const BEGINNING = /(?<![A-Za-z0-9])[A-Za-z]{2}[ -]?\d{2}[ -]?(?=[A-Za-z0-9])/g;
const NEXT = /[ -]?[A-Za-z0-9]/y;

/** International bank account numbers. */
export const iban: Recognizer = {
  id: 'iban',
  kind: 'IBAN',
  description: 'A country, check digits and an account, as long as that country has them, spaced or not, mod 97.',
  source: 'ISO 13616',
  regions: Object.keys(IBAN_LENGTHS),
  needs: { digits: 8 },
  find({ text }, emit) {
    for (const match of matches(BEGINNING, text)) {
      const length = IBAN_LENGTHS[match[0].slice(0, 2).toUpperCase()];
      const end = length === undefined ? undefined : endOf(text, match.index, length);
      if (end === undefined) continue;
      const account = text.slice(match.index, end).replace(/[ -]/g, '').toUpperCase();
      if (passesMod97(account)) emit(match.index, end, 0.98, true);
    }
  },
};

/** Where so many letters and digits end, single spaces and dashes between them left out. */
function endOf(text: string, start: number, length: number): number | undefined {
  let at = start;
  for (let count = 0; count < length; count += 1) {
    NEXT.lastIndex = at;
    if (!NEXT.test(text)) return undefined;
    at = NEXT.lastIndex;
  }
  return /[A-Za-z0-9]/.test(text.charAt(at)) ? undefined : at;
}
