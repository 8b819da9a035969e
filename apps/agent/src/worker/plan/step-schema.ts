import { AnonymizeOperator, type Compression, Severity } from '@weir/contracts/registry';
import { enumValue, text } from '@weir/rpc';
import { z } from 'zod';
import { checkSchema } from './check-schema.ts';

const stepId = () =>
  z.string().regex(/^[a-z][a-z0-9_]{0,62}$/, 'must be 1 to 63 of a-z, 0-9 and "_", starting with a letter');
const columns = () => z.array(text(1, 255)).max(4096, 'must have at most 4,096');
const share = () => z.number().min(0, 'must be 0 to 1').max(1, 'must be 0 to 1');

const oneCharacter = (what: string) =>
  z.string().refine((value) => /^.?$/su.test(value), `${what} must be one character`);

/** How a CSV file is laid out. */
export const csvSchema = z.object({
  delimiter: oneCharacter('the delimiter'),
  quote: oneCharacter('the quote').refine(
    (value) => value.length <= 1 && value < '\u0080',
    'must be an ASCII character',
  ),
  header: z.boolean().optional(),
  nullTexts: z.array(z.string()).max(16, 'must have at most 16'),
});

const read = z.object({
  dataset: z.string(),
  format: z.number(),
  columns: columns(),
  columnTypes: z.record(z.string(), z.string()),
  csv: csvSchema.optional(),
  skipMalformedRows: z.boolean(),
});

const expectation = z.object({
  id: z.string().regex(/^[a-z][a-z0-9_-]{0,62}$/, 'must be 1 to 63 of a-z, 0-9, "_" and "-", starting with a letter'),
  severity: enumValue(Severity),
  weight: z.number().min(0, 'must be 0 to 1,000').max(1000, 'must be 0 to 1,000'),
  minPassRatio: share(),
  maxEvidenceRows: z.number().min(0, 'must be 0 to 100').max(100, 'must be 0 to 100').optional(),
  check: checkSchema,
});

const validate = z.object({
  expectations: z.array(expectation).min(1, 'must have one').max(256, 'must have at most 256'),
  minScore: share(),
  continueOnError: z.boolean(),
});

const compression = z.custom<Compression>(
  (value) => typeof value === 'number' && value >= 0 && value <= 4,
  'is unknown',
);

const config = z.discriminatedUnion(
  '$case',
  [
    z.object({ $case: z.literal('read'), value: read }),
    z.object({ $case: z.literal('sql'), value: z.object({ query: text(1, 65_536) }) }),
    z.object({ $case: z.literal('validate'), value: validate }),
    z.object({
      $case: z.literal('profile'),
      value: z.object({
        columns: columns(),
        topValues: z.number().min(0, 'must be 0 to 100').max(100, 'must be 0 to 100').optional(),
      }),
    }),
    z.object({
      $case: z.literal('write'),
      value: z.object({ dataset: z.string(), format: z.number(), compression }),
    }),
    z.object({
      $case: z.literal('anonymize'),
      value: z.object({
        rules: z
          .array(z.object({ field: text(1, 512), operator: enumValue(AnonymizeOperator) }))
          .max(4096, 'must have at most 4,096'),
        detect: z.boolean().optional(),
      }),
    }),
    z.object({ $case: z.enum(['features', 'publish']), value: z.unknown() }),
  ],
  'is required',
);

/** One step of a pipeline. */
export const stepSchema = z.object({ id: stepId(), input: z.string(), config });

/** A step that holds what it must. */
export type OrderedStep = z.output<typeof stepSchema>;
/** An expectation that holds what it must. */
export type OrderedExpectation = z.output<typeof expectation>;
/** The layout of a CSV file as the request says. */
export type OrderedCsv = z.output<typeof csvSchema>;
