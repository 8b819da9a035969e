import { ScalarType, type Scalar } from '@weir/contracts/registry';
import { z } from 'zod';
import { identifier, oneOf, text } from './rules.ts';

const MAX_TEXT_BYTES = 65_536;

/** One plain value. */
export const scalar = () =>
  z.object(
    {
      value: z.discriminatedUnion(
        '$case',
        [
          z.object({
            $case: z.literal('text'),
            value: z.string().refine(fits, `must have at most ${MAX_TEXT_BYTES} bytes`),
          }),
          z.object({ $case: z.literal('integer'), value: z.bigint() }),
          z.object({ $case: z.literal('number'), value: z.number('must be a finite number') }),
          z.object({ $case: z.literal('boolean'), value: z.boolean() }),
          z.object({ $case: z.literal('time'), value: z.date() }),
        ],
        'must hold a value',
      ),
    },
    'is required',
  );

const fits = (value: string): boolean => Buffer.byteLength(value) <= MAX_TEXT_BYTES;

const cases = {
  [ScalarType.TEXT]: 'text',
  [ScalarType.INTEGER]: 'integer',
  [ScalarType.NUMBER]: 'number',
  [ScalarType.BOOLEAN]: 'boolean',
  [ScalarType.TIME]: 'time',
} as const;

/** The kind of value that a scalar holds: "integer". */
export const kindOf = ({ value }: Scalar): string => value?.$case ?? '';

/** A value that a run may pass. */
export const parameter = () =>
  z
    .object({
      name: identifier(),
      type: oneOf(ScalarType),
      defaultValue: scalar().optional(),
      description: text(0, 500),
    })
    .refine(
      ({ type, defaultValue }) =>
        !defaultValue ||
        Object.entries(cases).some(([of, kind]) => Number(of) === type && kind === kindOf(defaultValue)),
      { path: ['defaultValue'], message: 'must be of the type of the parameter' },
    );
