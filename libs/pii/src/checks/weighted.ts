const NHS_WEIGHTS = [10, 9, 8, 7, 6, 5, 4, 3, 2];
const ABA_WEIGHTS = [3, 7, 1];

const weigh = (digits: string, weights: readonly number[], count: number): number => {
  let sum = 0;
  for (let index = 0; index < count; index += 1) {
    sum += (digits.charCodeAt(index) - 48) * (weights[index % weights.length] ?? 0);
  }
  return sum;
};

/** Weighted mod 11 with the check digit last, as in an NHS number; over any number of digits. */
export function passesMod11(digits: string): boolean {
  const { length } = digits;
  if (length < 2) return false;
  const weights = length === 10 ? NHS_WEIGHTS : Array.from({ length: length - 1 }, (_, index) => length - index);
  const check = (11 - (weigh(digits, weights, length - 1) % 11)) % 11;
  return check < 10 && check === digits.charCodeAt(length - 1) - 48;
}

/** The check of a routing number of the American Bankers Association: weights 3, 7, 1. */
export const passesAba = (digits: string): boolean =>
  digits.length === 9 && weigh(digits, ABA_WEIGHTS, 9) % 10 === 0 && digits !== '000000000';
