import { z } from 'zod';

/** Text that matches `expression` as a whole. */
export const matching = (expression: string, shape: string) =>
  z.string().regex(new RegExp(`^(?:${expression})$`), `must be ${shape}`);

/** "profiling", "stream_processing", "no-nulls" */
export const label = () =>
  matching('[a-z][a-z0-9_-]{0,62}', '1 to 63 of a-z, 0-9, "_" and "-", starting with a letter');

/** "flight_date": what can be a table or a parameter in SQL. */
export const identifier = () => matching('[a-z][a-z0-9_]{0,62}', '1 to 63 of a-z, 0-9 and "_", starting with a letter');

/** The id of a dataset, topic, tenant, component. */
export const resourceId = () =>
  matching('[a-z][a-z0-9-]{1,61}[a-z0-9]', '3 to 63 of a-z, 0-9 and "-", starting with a letter, not ending with "-"');

/** Text of `min` to `max` characters. */
export const text = (min: number, max: number) =>
  z
    .string()
    .min(min, min === 1 ? 'is required' : `must have at least ${min} characters`)
    .max(max, `must have at most ${max} characters`);

/** A column's name, as the data has it. */
export const column = () => text(1, 512);

/** Columns that a step keeps to; empty: all. */
export const columns = () => list(column(), 0, 4096);

/** `min` to `max` items. */
export const list = <S extends z.ZodType>(item: S, min: number, max: number) =>
  z.array(item).min(min, `must have at least ${min}`).max(max, `must have at most ${max}`);

/** A whole number; 0 stands for `fallback` where there is one. */
export const int32 = (min: number, max: number, fallback = 0) =>
  z
    .number()
    .refine((value) => (value === 0 ? fallback !== 0 || min <= 0 : value >= min && value <= max), range(min, max))
    .transform((value) => (value === 0 ? fallback : value));

/** A whole number of 64 bits; 0 stands for `fallback` where there is one. */
export const int64 = (min: bigint, max: bigint, fallback = 0n) =>
  z
    .bigint()
    .refine((value) => (value === 0n ? fallback !== 0n || min <= 0n : value >= min && value <= max), range(min, max))
    .transform((value) => (value === 0n ? fallback : value));

const range = (min: number | bigint, max: number | bigint): string =>
  `must be from ${min.toLocaleString('en')} to ${max.toLocaleString('en')}`;

/** One of an enum's values; `unspecified` lets 0 through. */
export function oneOf<E extends Readonly<Record<string, number>>>(values: E, { unspecified = false } = {}) {
  const known = Object.entries(values).filter(([, value]) => value > 0);
  const numbers = new Set(known.map(([, value]) => value));
  return z.custom<E[keyof E]>(
    (value) => typeof value === 'number' && (numbers.has(value) || (unspecified && value === 0)),
    `must be one of ${known.map(([name]) => name).join(', ')}`,
  );
}

/** A flag that is set unless it is turned off. */
export const onByDefault = () =>
  z
    .boolean()
    .optional()
    .transform((on) => on ?? true);

/** The same values, each once, in ascending order. */
export const sortedSet = <T extends string | number>(values: readonly T[]): T[] =>
  [...new Set(values)].sort((a, b) => (a < b ? -1 : 1));

/** Adds an issue for each item whose key an earlier item has. */
export function refuseRepeats<T>(
  items: readonly T[],
  keyOf: (item: T) => string,
  report: (index: number, key: string) => void,
): void {
  const seen = new Set<string>();
  items.forEach((item, index) => {
    const key = keyOf(item);
    if (seen.has(key)) report(index, key);
    seen.add(key);
  });
}

/** A check that reports items whose `field` an earlier item of the list has. */
export const unique =
  <K extends string>(field: K) =>
  (items: readonly Readonly<Record<K, string>>[], context: z.RefinementCtx): void =>
    refuseRepeats(
      items,
      (item) => item[field],
      (index, key) => context.addIssue({ code: 'custom', path: [index, field], message: `"${key}" occurs twice` }),
    );

/** A duration in [min, max] seconds; unset: `fallback` seconds, or required. */
export function duration(min: number, max: number, fallback?: number) {
  const schema = z
    .object({ seconds: z.bigint(), nanos: z.number() }, 'is required')
    .refine(
      ({ seconds, nanos }) => nanos >= 0 && nanos < 1e9 && between(Number(seconds) + nanos / 1e9, min, max),
      `must be from ${min} s to ${max} s`,
    );
  return schema.or(z.undefined()).transform((value, context) => {
    if (value) return value;
    if (fallback === undefined) context.addIssue('is required');
    return { seconds: BigInt(fallback ?? 0), nanos: 0 };
  });
}

const between = (value: number, min: number, max: number): boolean => value >= min && value <= max;
