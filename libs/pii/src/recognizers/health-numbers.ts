import { isNanp } from '../checks/calling-codes.ts';
import { passesNpi } from '../checks/luhn.ts';
import { passesMod11 } from '../checks/weighted.ts';
import type { Recognizer } from '../recognizer.ts';
import { matches } from '../text/matches.ts';

const TEN = /(?<![\w.+-])[12]\d{9}(?![\w]|[-.]\d)/g;
const TEN_SPACED = /(?<![\w.+-])[12]\d{3}[ -]?\d{3}[ -]?\d{3}(?![\w]|[-.]\d)/g;
const NHS = /(?<![\w.+-])\d{3}([- .]?)\d{3}\1\d{4}(?![\w]|[-.]\d)/g;

/** National provider identifiers of the USA. */
export const usNpi: Recognizer = {
  id: 'us-npi',
  kind: 'US_NPI',
  description: 'Ten digits that begin with 1 or 2, Luhn with the prefix 80840, beside words for it.',
  source: '45 CFR 162.406',
  regions: ['US'],
  needs: { digits: 10 },
  find(scanned, emit) {
    if (!scanned.mentions('US_NPI')) return;
    for (const pattern of [TEN, TEN_SPACED]) {
      for (const { index, 0: found } of matches(pattern, scanned.text)) {
        if (pattern === TEN_SPACED && !/[ -]/.test(found)) continue;
        if (!passesNpi(found.replace(/\D/g, ''))) continue;
        if (scanned.isLabelled('US_NPI', index, index + found.length)) emit(index, index + found.length, 0.95, true);
      }
    }
  },
};

/** NHS numbers of England, Wales and the Isle of Man. */
export const ukNhs: Recognizer = {
  id: 'uk-nhs',
  kind: 'UK_NHS',
  description: 'Ten digits with mod 11, beside words for it, or as 3-3-4 with spaces where it is no American number.',
  source: 'NHS Data Dictionary, NHS NUMBER',
  regions: ['GB'],
  needs: { digits: 10 },
  find(scanned, emit) {
    for (const { index, 0: found, 1: separator } of matches(NHS, scanned.text)) {
      const digits = found.replace(/\D/g, '');
      if (!passesMod11(digits) || /^(\d)\1+$/.test(digits)) continue;
      const context = scanned.contextOf(index, index + found.length);
      if (context?.meaning === 'UK_NHS') emit(index, index + found.length, 0.97, true);
      else if (!context && separator === ' ' && !isNanp(digits)) emit(index, index + found.length, 0.55, true);
    }
  },
};
