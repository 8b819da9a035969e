import { callingCodeOf, isNanp } from '../checks/calling-codes.ts';
import type { Recognizer } from '../recognizer.ts';
import type { ScannedText } from '../text/scanned-text.ts';
import { matches } from '../text/matches.ts';

const EXTENSION = /^(?:[ ,;]{0,2}(?:ext(?:ension)?\.?|x|extn\.?|durchwahl|poste|int\.?|#)[ :.]{0,2}\d{1,6})(?!\d)/i;

// "+" or 00 or 011, then groups of digits.
const INTERNATIONAL = /(?<![\w+.]|\d[-/])(?:\+|\(\+|(?:00|011)[ -]?(?=[1-9]))[ ]?\d(?:[ .()/-]{0,3}\d){6,16}(?!\d)/g;
const NORTH_AMERICAN =
  /(?<![\w+]|\d[-./])(?:1[-. ]{0,2})?(?:\(\d{3}\)[-. ]{0,2}|\d{3}([-. /]))\d{3}[-. ]{0,1}\d{4}(?![-.]\d|(?!x\d{1,6}\b)\w)/g;
// Trunk prefix 0, in two to five groups.
const NATIONAL = /(?<![\w+.$€£]|\d[-./ ])\(?0[1-9]\d{0,4}\)?(?:[ ./-]{1,3}\d{2,9}){1,5}(?![\w]|[-./]\d)/g;
const PAIRS = /(?<![\w+.$€£]|\d[-./ ])0[1-9]([ .-])\d{2}\1\d{2}\1\d{2}\1\d{2}(?![\w]|[-.]\d)/g;
// Brazil with its area in brackets, Russia with the trunk prefix 8.
const BRACKETED = /(?<![\w+])(?:\([1-9]\d\) ?9?\d{4}-\d{4}|8[ -]?\(\d{3}\) ?\d{3}-\d{2}-\d{2})(?![\w-])/g;
const LABELLED = /(?<![\w+.]|\d[-/])\(?\d(?:[ .()/-]{0,2}\d){5,14}(?![-.]\d|(?!x\d{1,6}\b)\w)/g;

/** Telephone numbers. */
export const phone: Recognizer = {
  id: 'phone',
  kind: 'PHONE',
  description:
    'A number with "+" that is as long as its country has them; a North American one with area and exchange; one with a trunk prefix in groups; any of 6 to 15 digits beside words for it. Extensions belong to it.',
  source: 'ITU-T E.164, NANP',
  regions: [],
  needs: { digits: 6 },
  find(scanned, emit) {
    const report = (start: number, end: number, score: number): void =>
      emit(start, end + (EXTENSION.exec(scanned.text.slice(end, end + 20))?.[0].length ?? 0), score, false);
    findInternational(scanned, report);
    findNorthAmerican(scanned, report);
    findNational(scanned, report);
    if (scanned.mentions('PHONE')) findLabelled(scanned, report);
  },
};

type Report = (start: number, end: number, score: number) => void;

const covers = (regions: ReadonlySet<string>, ...some: readonly string[]): boolean =>
  regions.size === 0 || some.some((region) => regions.has(region));

function findInternational({ text }: ScannedText, report: Report): void {
  for (const { index, 0: found } of matches(INTERNATIONAL, text)) {
    const prefix = /^\(?(?:\+|00|011)[ -]?/.exec(found)?.[0] ?? '';
    // Digits in groups in front: it is a part of a longer number.
    if (!prefix.includes('+') && /\d{3,} $/.test(text.slice(Math.max(0, index - 6), index))) continue;
    const length = lengthOfPlan(found.slice(prefix.length));
    if (length !== undefined) report(index, index + prefix.length + length, prefix.includes('+') ? 0.95 : 0.75);
  }
}

/** How many characters of a number its country has use for; undefined when none fits. */
function lengthOfPlan(number: string): number | undefined {
  const plan = callingCodeOf(number.replace(/\D/g, ''));
  if (!plan) return undefined;
  // (0) is dialled only from within the country.
  const counted = number.replace(/\(0\)/g, '   ');
  let digits = 0;
  let best: number | undefined;
  for (let at = 0; at < counted.length; at += 1) {
    if (!/\d/.test(counted.charAt(at))) continue;
    digits += 1;
    const national = digits - plan.code.length;
    const isGroupEnd = !/\d/.test(counted.charAt(at + 1));
    // Many write the trunk 0 behind the code, which makes one more.
    if (isGroupEnd && national >= plan.min && national <= plan.max + 1) best = at + 1;
    if (national > plan.max + 1) break;
  }
  return best;
}

function findNorthAmerican(scanned: ScannedText, report: Report): void {
  if (!covers(scanned.regions, 'US', 'CA')) return;
  for (const { index, 0: found, 1: separator } of matches(NORTH_AMERICAN, scanned.text)) {
    const digits = found.replace(/\D/g, '').slice(-10);
    const end = index + found.length;
    const context = scanned.contextOf(index, end);
    const isFlat = separator !== undefined && !/[-. ]\d{4}$/.test(found);
    if (context?.meaning === 'PHONE') report(index, end, 0.95);
    else if (!isNanp(digits) || isFlat || scanned.isDenied('PHONE', index)) continue;
    else report(index, end, separator === ' ' ? 0.6 : 0.8);
  }
}

function findNational(scanned: ScannedText, report: Report): void {
  for (const { index, 0: found } of matches(PAIRS, scanned.text)) {
    if (!scanned.isDenied('PHONE', index)) report(index, index + found.length, 0.8);
  }
  for (const { index, 0: found } of matches(BRACKETED, scanned.text)) {
    if (!scanned.isDenied('PHONE', index)) report(index, index + found.length, 0.8);
  }
  for (const { index, 0: found } of matches(NATIONAL, scanned.text)) {
    const { length } = found.replace(/\D/g, '');
    if (length < 9 || length > 12 || /^0[0-3]?\d[-./ ]\d{2}[-./ ](?:19|20)?\d{2}$/.test(found)) continue;
    if (/^\d{3}-\d{2}-\d{4}$/.test(found) || /^0\d{0,2}\.\d+$/.test(found)) continue;
    const isDenied = scanned.isDenied('PHONE', index);
    if (!isDenied) report(index, index + found.length, /^\(|^0\d{2,4}[ /-]/.test(found) ? 0.65 : 0.55);
  }
}

/** Beside words for it any number of the right length counts, unless it is a date or an address of the network. */
function findLabelled(scanned: ScannedText, report: Report): void {
  for (const { index, 0: found } of matches(LABELLED, scanned.text)) {
    const trimmed = found.replace(/[ .()/-]+$/, '');
    const { length } = trimmed.replace(/\D/g, '');
    if (length < 7 && !/[ -]/.test(trimmed)) continue;
    if (length < 6 || length > 15 || NO_PHONE.test(trimmed)) continue;
    if (scanned.isLabelled('PHONE', index, index + trimmed.length)) report(index, index + trimmed.length, 0.85);
  }
}

const NO_PHONE =
  /^(?:\d{4}[-./]\d{1,2}[-./]\d{1,2}|\d{1,2}[-./]\d{1,2}[-./]\d{2,4}|\d{1,3}(?:\.\d{1,3}){3}|\d+\.\d+|\d{3}-\d{2}-\d{4}|(?:19|20)\d{2}[-/. ]\d{2}.*)$/;
