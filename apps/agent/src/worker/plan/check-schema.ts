import { text } from '@weir/rpc';
import { z } from 'zod';
import { scalar } from './scalar-schema.ts';

const column = () => text(1, 255);
const columns = () => z.array(column()).min(1, 'must have one').max(16, 'must have at most 16');

const inRange = z
  .object({
    column: column(),
    min: scalar.optional(),
    max: scalar.optional(),
    minExclusive: z.boolean(),
    maxExclusive: z.boolean(),
  })
  .refine(({ min, max }) => min !== undefined || max !== undefined, 'must have a bound')
  .refine(({ min, max }) => !min || !max || min.value.$case === max.value.$case, 'must have bounds of the same kind')
  .refine(
    ({ min, max }) => [min, max].every((bound) => bound?.value.$case !== 'text' && bound?.value.$case !== 'boolean'),
    'must have bounds that are integers, numbers or times',
  );

const inSet = z
  .object({ column: column(), values: z.array(scalar).min(1, 'must have one').max(10_000, 'must have at most 10,000') })
  .refine(
    ({ values }) => values.every(({ value }) => value.$case === values[0]?.value.$case),
    'must have values of the same kind',
  );

const rowCount = z
  .object({ min: z.bigint().min(0n).optional(), max: z.bigint().min(0n).optional() })
  .refine(({ min, max }) => min !== undefined || max !== undefined, 'must have a bound')
  .refine(({ min = 0n, max }) => max === undefined || max >= min, 'must have a maximum that is at least the minimum');

const referential = z
  .object({ columns: columns(), referenceStep: text(1, 63), referenceColumns: z.array(column()).max(16) })
  .refine(
    ({ columns: own, referenceColumns: others }) => others.length === 0 || others.length === own.length,
    'must name as many columns on both sides',
  );

const freshness = z.object({
  column: column(),
  maxAge: z
    .object({ seconds: z.bigint(), nanos: z.number() }, 'is required')
    .refine(({ seconds }) => seconds >= 1n, 'must be at least 1 s'),
});

/** What an expectation checks. */
export const checkSchema = z.discriminatedUnion(
  '$case',
  [
    z.object({ $case: z.literal('notNull'), value: z.object({ column: column() }) }),
    z.object({ $case: z.literal('unique'), value: z.object({ columns: columns() }) }),
    z.object({ $case: z.literal('inRange'), value: inRange }),
    z.object({ $case: z.literal('inSet'), value: inSet }),
    z.object({
      $case: z.literal('matches'),
      value: z.object({ column: column(), pattern: text(1, 1000), partial: z.boolean() }),
    }),
    z.object({ $case: z.literal('rowCount'), value: rowCount }),
    z.object({ $case: z.literal('freshness'), value: freshness }),
    z.object({ $case: z.literal('referential'), value: referential }),
    z.object({ $case: z.literal('customSql'), value: z.object({ query: text(1, 65_536) }) }),
  ],
  'is required',
);

/** A check that holds what it must. */
export type OrderedCheck = z.output<typeof checkSchema>;
