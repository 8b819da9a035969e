import { passesLuhn } from '../checks/luhn.ts';
import type { Recognizer } from '../recognizer.ts';
import { matches } from '../text/matches.ts';

const CLUSTER = /(?<![\w.+$€£#-])\d{4,19}(?:[-. ]\d{2,19}){0,7}(?![\w]|[-.]\d)/g;
const PART = /\d+/g;

/** How the digits of a card are grouped when they are. */
const GROUPINGS = new Set([
  '4,4,4,4',
  '4,6,5',
  '4,6,4',
  '4,4,4,4,3',
  '4,4,4,3',
  '4,4,5',
  '4,5,6',
  '4,4,4,4,2',
  '4,4,4,4,1',
  '4,4,4,2',
  '6,10',
  '6,13',
  '8,8',
  '4,4,4',
]);

type Issuer = readonly [low: number, high: number, lengths: string];

/** By the first digits: from, to, and which lengths there are. */
const ISSUERS: readonly Issuer[] = [
  [4, 4, '13 16 19'],
  [51, 55, '16'],
  [2221, 2720, '16'],
  [34, 34, '15'],
  [37, 37, '15'],
  [6011, 6011, '16 17 18 19'],
  [644, 649, '16 17 18 19'],
  [65, 65, '16 17 18 19'],
  [62, 62, '16 17 18 19'],
  [81, 82, '16 17 18 19'],
  [60, 60, '16'],
  [508, 508, '16'],
  [300, 305, '14 16 19'],
  [3095, 3095, '14 16 19'],
  [36, 36, '14 16 19'],
  [38, 39, '14 16 19'],
  [3528, 3589, '16 17 18 19'],
  [2131, 2131, '15'],
  [1800, 1800, '15'],
  [5018, 5018, '12 13 14 15 16 17 18 19'],
  [5020, 5020, '12 13 14 15 16 17 18 19'],
  [5038, 5038, '12 13 14 15 16 17 18 19'],
  [5893, 5893, '12 13 14 15 16 17 18 19'],
  [6304, 6304, '12 13 14 15 16 17 18 19'],
  [6759, 6759, '12 13 14 15 16 17 18 19'],
  [6761, 6763, '12 13 14 15 16 17 18 19'],
  [2200, 2204, '16 17 18 19'],
  [9792, 9792, '16'],
];

/** Whether an issuer gives out numbers that begin like this and are as long. */
export const isIssued = (digits: string): boolean =>
  ISSUERS.some(([low, high, lengths]) => {
    const prefix = Number(digits.slice(0, String(low).length));
    return prefix >= low && prefix <= high && lengths.split(' ').includes(String(digits.length));
  });

/** A card number: issuer, length, Luhn, and more than one digit in it. */
export const isCard = (digits: string): boolean => isIssued(digits) && passesLuhn(digits) && !/^(\d)\1+$/.test(digits);

/** Payment cards. Timestamps never are: no issuer in use begins with their digits at their length. */
export const paymentCard: Recognizer = {
  id: 'payment-card',
  kind: 'PAYMENT_CARD',
  description:
    '12 to 19 digits, together or in the groups of a card, with the prefix and length of an issuer, and Luhn.',
  source: 'ISO/IEC 7812-1',
  regions: [],
  needs: { digits: 12 },
  find(scanned, emit) {
    for (const cluster of matches(CLUSTER, scanned.text)) {
      for (const [from, to, groups] of windowsOf(cluster[0])) {
        const [start, end] = [cluster.index + from, cluster.index + to];
        const isGrouped = groups > 1;
        if (scanned.isLabelled('PAYMENT_CARD', start, end)) emit(start, end, 0.99, true);
        else if (isGrouped || !scanned.isDenied('PAYMENT_CARD', start)) emit(start, end, isGrouped ? 0.95 : 0.85, true);
      }
    }
  },
};

/** The runs of groups in a cluster that are a card: from, to, and in how many groups. */
function windowsOf(cluster: string): [number, number, number][] {
  const parts = [...matches(PART, cluster)].map((part) => ({ digits: part[0], from: part.index }));
  const found: [number, number, number][] = [];
  for (let first = 0; first < parts.length; first += 1) {
    for (let last = Math.min(parts.length, first + 5) - 1; last >= first; last -= 1) {
      const window = parts.slice(first, last + 1);
      const digits = window.map((part) => part.digits).join('');
      const isKnown = window.length === 1 || GROUPINGS.has(window.map((part) => part.digits.length).join());
      if (!isKnown || digits.length < 12 || !isCard(digits)) continue;
      const end = (parts[last]?.from ?? 0) + (parts[last]?.digits.length ?? 0);
      found.push([parts[first]?.from ?? 0, end, window.length]);
      first = last;
      break;
    }
  }
  return found;
}
