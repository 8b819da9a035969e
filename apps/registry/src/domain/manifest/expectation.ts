import { Severity } from '@weir/contracts/registry';
import { RE2JS } from 're2js';
import { z } from 'zod';
import { column, duration, identifier, label, list, oneOf, text } from './rules.ts';
import { kindOf, scalar } from './scalar.ts';

const RANGE_KINDS: ReadonlySet<string> = new Set(['integer', 'number', 'time']);

const notNull = z.object({ column: column() });
const unique = z.object({ columns: list(column(), 1, 16) });

const inRange = z
  .object({
    column: column(),
    min: scalar().optional(),
    max: scalar().optional(),
    minExclusive: z.boolean(),
    maxExclusive: z.boolean(),
  })
  .superRefine(({ min, max }, context) => {
    const kinds = [min, max].flatMap((bound) => (bound ? [kindOf(bound)] : []));
    if (kinds.length === 0) context.addIssue('must set min, max or both');
    else if (new Set(kinds).size > 1) context.addIssue('must have bounds of the same kind');
    else if (!kinds.every((kind) => RANGE_KINDS.has(kind)))
      context.addIssue('must have integers, numbers or times as bounds');
    else if (min?.value && max?.value && min.value.value > max.value.value)
      context.addIssue('must have a min that is not above max');
  });

const inSet = z
  .object({ column: column(), values: list(scalar(), 1, 10_000) })
  .refine(({ values }) => new Set(values.map(kindOf)).size <= 1, {
    path: ['values'],
    message: 'must all be of the same kind',
  });

const matches = z.object({
  column: column(),
  pattern: text(1, 1_000).refine(isRe2, 'must be a regular expression in RE2 syntax'),
  partial: z.boolean(),
});

function isRe2(pattern: string): boolean {
  try {
    RE2JS.compile(pattern);
    return true;
  } catch {
    return false;
  }
}

const count = z.bigint().min(0n, 'must not be negative').optional();

const rowCount = z.object({ min: count, max: count }).superRefine(({ min, max }, context) => {
  if (min === undefined && max === undefined) context.addIssue('must set min, max or both');
  if (min !== undefined && max !== undefined && min > max) context.addIssue('must have a min that is not above max');
});

const MAX_AGE_SECONDS = 315_576_000_000;

const freshness = z.object({ column: column(), maxAge: duration(1, MAX_AGE_SECONDS) });

const referential = z
  .object({
    columns: list(column(), 1, 16),
    referenceStep: identifier(),
    referenceColumns: list(column(), 0, 16),
  })
  .refine(({ columns, referenceColumns }) => [0, columns.length].includes(referenceColumns.length), {
    path: ['referenceColumns'],
    message: 'must be as many as columns',
  })
  .transform((check) => ({
    ...check,
    referenceColumns: check.referenceColumns.length === 0 ? check.columns : check.referenceColumns,
  }));

const customSql = z.object({ query: text(1, 65_536) });

const check = z.discriminatedUnion(
  '$case',
  [
    z.object({ $case: z.literal('notNull'), value: notNull }),
    z.object({ $case: z.literal('unique'), value: unique }),
    z.object({ $case: z.literal('inRange'), value: inRange }),
    z.object({ $case: z.literal('inSet'), value: inSet }),
    z.object({ $case: z.literal('matches'), value: matches }),
    z.object({ $case: z.literal('rowCount'), value: rowCount }),
    z.object({ $case: z.literal('freshness'), value: freshness }),
    z.object({ $case: z.literal('referential'), value: referential }),
    z.object({ $case: z.literal('customSql'), value: customSql }),
  ],
  'must name a check',
);

const OF_TABLES: ReadonlySet<string> = new Set(['rowCount', 'freshness']);

/** Something that data must hold to. */
export const expectation = () =>
  z
    .object({
      id: label(),
      description: text(0, 500),
      severity: oneOf(Severity),
      weight: share(1_000),
      minPassRatio: share(1),
      maxEvidenceRows: z
        .number()
        .min(0, 'must be from 0 to 100')
        .max(100, 'must be from 0 to 100')
        .optional()
        .transform((rows) => rows ?? 10),
      check,
    })
    .refine(({ check, minPassRatio }) => minPassRatio === 1 || !OF_TABLES.has(check.$case), {
      path: ['minPassRatio'],
      message: 'is only for checks of rows',
    });

// 0 stands for 1.
const share = (max: number) =>
  z
    .number('must be a finite number')
    .refine((value) => value >= 0 && value <= max, `must be more than 0, at most ${max}`)
    .transform((value) => value || 1);
