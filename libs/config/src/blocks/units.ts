/** Smallest and largest value that is allowed. */
export interface Bounds {
  readonly min?: number;
  readonly max?: number;
}

/** "8h" or "1h30m" with units { h: 3600000, m: 60000 }: the sum, or undefined when a part is no number with a unit. */
export function readUnits(text: string, units: Readonly<Record<string, number>>): number | undefined {
  const part = /(\d+)([A-Za-z]+)/y;
  let sum = 0;
  while (part.lastIndex < text.length) {
    const [, digits, unit] = part.exec(text) ?? [];
    const size = unit === undefined ? undefined : units[unit];
    if (size === undefined) return undefined;
    sum += Number(digits) * size;
  }
  return Number.isSafeInteger(sum) ? sum : undefined;
}

/** True when `value` keeps to its bounds. */
export const within = (value: number, { min = 0, max = Number.MAX_SAFE_INTEGER }: Bounds): boolean =>
  value >= min && value <= max;

/** ", from 1h to 24h" for messages; empty without bounds. */
export function boundsText({ min, max }: Bounds, print: (value: number) => string): string {
  if (min !== undefined && max !== undefined) return `, from ${print(min)} to ${print(max)}`;
  if (min !== undefined) return `, at least ${print(min)}`;
  return max === undefined ? '' : `, at most ${print(max)}`;
}
