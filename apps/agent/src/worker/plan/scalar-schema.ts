import { z } from 'zod';

/** A plain value, with exactly one of its cases set. */
export const scalar = z.object({
  value: z.discriminatedUnion(
    '$case',
    [
      z.object({ $case: z.literal('text'), value: z.string() }),
      z.object({ $case: z.literal('integer'), value: z.bigint() }),
      z.object({ $case: z.literal('number'), value: z.number('must be a finite number') }),
      z.object({ $case: z.literal('boolean'), value: z.boolean() }),
      z.object({ $case: z.literal('time'), value: z.date() }),
    ],
    'is required',
  ),
});

/** A plain value that has one. */
export type OrderedScalar = z.output<typeof scalar>;
