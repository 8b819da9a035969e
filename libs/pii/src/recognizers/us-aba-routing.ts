import { passesAba } from '../checks/weighted.ts';
import type { Recognizer } from '../recognizer.ts';
import { matches } from '../text/matches.ts';

const NINE = /(?<![\w.+-])\d{4}[ -]?\d{4}[ -]?\d(?![\w]|[-.]\d)/g;

// Federal Reserve districts, thrift institutions, electronic transactions, travellers' cheques.
const isAssigned = (digits: string): boolean => {
  const prefix = Number(digits.slice(0, 2));
  return prefix <= 12 || (prefix >= 21 && prefix <= 32) || (prefix >= 61 && prefix <= 72) || prefix === 80;
};

/** Routing numbers of banks in the USA. */
export const usAbaRouting: Recognizer = {
  id: 'us-aba-routing',
  kind: 'US_ABA_ROUTING',
  description: 'Nine digits beside words for it, the first two assigned, weights 3-7-1 with mod 10.',
  source: 'ABA Routing Number Administrative Board',
  regions: ['US'],
  needs: { digits: 9 },
  find(scanned, emit) {
    if (!scanned.mentions('US_ABA_ROUTING')) return;
    for (const { index, 0: found } of matches(NINE, scanned.text)) {
      const digits = found.replace(/\D/g, '');
      if (!isAssigned(digits) || !passesAba(digits)) continue;
      if (scanned.isLabelled('US_ABA_ROUTING', index, index + found.length))
        emit(index, index + found.length, 0.95, true);
    }
  },
};
