/** Random choices that a seed settles. */
export interface Random {
  /** A whole number from `min` to `max`, both included. */
  int(min: number, max: number): number;
  pick<T>(list: readonly T[]): T;
  /** So many digits. */
  digits(count: number): string;
  /** So many characters of an alphabet. */
  text(count: number, alphabet: string): string;
  chance(probability: number): boolean;
  /** "#" becomes a digit, "@" a capital, "^" a digit from 2 to 9. */
  fill(pattern: string): string;
}

const CAPITALS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** Mulberry32 under a seed. */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const int = (min: number, max: number): number => min + Math.floor(next() * (max - min + 1));
  const text = (count: number, alphabet: string): string =>
    Array.from({ length: count }, () => alphabet.charAt(int(0, alphabet.length - 1))).join('');
  return {
    int,
    text,
    pick<T>(list: readonly T[]): T {
      const one = list[int(0, list.length - 1)];
      if (one === undefined) throw new Error('nothing to choose from');
      return one;
    },
    digits: (count) => text(count, '0123456789'),
    chance: (probability) => next() < probability,
    fill: (pattern) =>
      pattern
        .replace(/#/g, () => String(int(0, 9)))
        .replace(/\^/g, () => String(int(2, 9)))
        .replace(/@/g, () => text(1, CAPITALS)),
  };
}
