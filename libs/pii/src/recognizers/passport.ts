import type { Recognizer } from '../recognizer.ts';
import type { ScannedText } from '../text/scanned-text.ts';
import { PASSPORT_FORMATS } from './passport-formats.ts';
import { matches } from '../text/matches.ts';

const NUMBER =
  /(?<![\p{L}\d-])(?:\d{3} \d{3} \d{3}|\d{2} ?\d{2} \d{6}|\d{2} \d{7}|[A-Z]{1,3}[ -]\d{5,9}|[A-Z0-9]{6,11})(?![\p{L}\d]|-\d)/giu;

// Line two of the machine-readable zone: number, check digit, state, birth, check digit, sex, expiry.
const ZONE = /(?<![A-Z0-9])([A-Z0-9<]{9})(\d)[A-Z<]{3}\d{7}[MFX<]\d{7}[A-Z0-9<]{14}[\d<]\d?/g;
const FILLERS = /<+$/;

const isFormat = (found: string, regions: ReadonlySet<string>): boolean => {
  const number = found.toUpperCase();
  for (const [region, format] of Object.entries(PASSPORT_FORMATS)) {
    if ((regions.size === 0 || regions.has(region)) && format.test(number)) return true;
  }
  return regions.size === 0 && (DOCUMENT_NUMBER.test(number) || CAPITALS.test(found));
};

// What any issuer may print: up to nine letters and digits.
const DOCUMENT_NUMBER = /^(?=(?:[A-Z]*\d){4})[A-Z0-9]{6,9}$/;
// Nine of them in capitals are no word, however few digits there are.
const CAPITALS = /^(?=(?:[A-Z]*\d){2})[A-Z0-9]{9}$/;

/** Numbers of passports. */
export const passport: Recognizer = {
  id: 'passport',
  kind: 'PASSPORT',
  description:
    'A number in the format of a country, or up to nine letters and digits, beside words for passports; or the second line of a machine-readable zone with its check digit.',
  source: 'ICAO Doc 9303',
  regions: Object.keys(PASSPORT_FORMATS),
  needs: { digits: 3 },
  find(scanned, emit) {
    if (scanned.text.includes('<')) findZones(scanned, emit);
    if (!scanned.mentions('PASSPORT')) return;
    for (const { index, 0: found } of matches(NUMBER, scanned.text)) {
      if (!isFormat(found.replace(/[ -]/g, ''), scanned.regions)) continue;
      if (scanned.isLabelled('PASSPORT', index, index + found.length)) emit(index, index + found.length, 0.85, false);
    }
  },
};

function findZones({ text }: ScannedText, emit: Parameters<Recognizer['find']>[1]): void {
  for (const match of matches(ZONE, text)) {
    const [, number = '', check] = match;
    if (checkDigit(number) !== Number(check)) continue;
    emit(match.index, match.index + number.replace(FILLERS, '').length, 0.97, true);
  }
}

const WEIGHTS = [7, 3, 1];

/** The check digit of ICAO Doc 9303 part 3. */
function checkDigit(text: string): number {
  const values = Array.from(text, (one) => (one === '<' ? 0 : parseInt(one, 36)));
  return values.reduce((sum, value, index) => sum + value * (WEIGHTS[index % 3] ?? 0), 0) % 10;
}
