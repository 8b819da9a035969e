import type { Recognizer } from '../recognizer.ts';
import { isLicense, LICENSE_REGIONS } from './license-formats.ts';
import { matches } from '../text/matches.ts';

const NUMBER = /(?<![\p{L}\d*-])(?=[A-Z0-9*/-]*\d)[A-Z0-9*]{1,19}(?:[-/][A-Z0-9]{1,12}){0,5}(?![\p{L}\d]|[-/]\d)/giu;
const SPACED =
  /(?<![\p{L}\d*-])(?:[A-Z]{1,3} ?)?\d[A-Z0-9]{0,8}(?:[- ][A-Z]{0,2}\d[A-Z0-9]{0,10}){1,5}(?![\p{L}\d]|[-.]\d)/giu;

// Great Britain: name, decade, month (50 more for women), day, year, initials, check.
const BRITISH =
  /(?<![A-Z0-9])(?=[A-Z]{2})[A-Z]{1,5}9{0,4}\d(?:0[1-9]|1[0-2]|5[1-9]|6[0-2])(?:0[1-9]|[12]\d|3[01])\d[A-Z9]{2}[A-Z0-9][A-Z]{2}(?:[ ]?\d{2})?(?![A-Z0-9])/g;

/** Numbers of driver's licences. */
export const driversLicense: Recognizer = {
  id: 'drivers-license',
  kind: 'DRIVERS_LICENSE',
  description:
    'A number in the format of a state or country, beside words for licences; British ones, which hold a date, also without.',
  source: 'AAMVA D20, DVLA INF45/1',
  regions: LICENSE_REGIONS,
  needs: { digits: 3 },
  find(scanned, emit) {
    for (const { index, 0: found } of matches(BRITISH, scanned.text)) {
      if (/^.{16}(?: ?\d{2})?$/.test(found)) emit(index, index + found.length, 0.8, false);
    }
    if (!scanned.mentions('DRIVERS_LICENSE')) return;
    for (const pattern of [NUMBER, SPACED]) {
      for (const { index, 0: found } of matches(pattern, scanned.text)) {
        const number = found.replace(/[ /-]/g, '').toUpperCase();
        if (!isLicense(number, scanned.regions) || found.length < 5) continue;
        const end = index + found.length;
        if (scanned.isLabelled('DRIVERS_LICENSE', index, end)) emit(index, end, 0.85, false);
      }
    }
  },
};
