import { AnonymizeOperator, Compression, DataFormat } from '@weir/contracts/registry';
import { z } from 'zod';
import { expectation } from './expectation.ts';
import { column, columns, duration, identifier, list, oneOf, resourceId, text, unique, onByDefault } from './rules.ts';

const optionalId = () => z.literal('').or(resourceId());
const character = () => z.string().refine((value) => /^.?$/su.test(value), 'must be one character');

const csvOptions = z.object({
  delimiter: character(),
  quote: character().transform((quote) => quote || '"'),
  header: z.boolean().optional(),
  nullTexts: list(z.string(), 0, 16),
});

const read = z
  .object({
    dataset: optionalId(),
    format: oneOf(DataFormat, { unspecified: true }),
    columns: columns(),
    columnTypes: z.record(text(1, 512), text(1, 256)),
    csv: csvOptions.optional(),
    skipMalformedRows: z.boolean(),
  })
  .refine(({ csv, format }) => !csv || format === DataFormat.CSV || format === DataFormat.UNSPECIFIED, {
    path: ['csv'],
    message: 'is only for CSV',
  });

const sql = z.object({ query: text(1, 65_536) });

const validate = z.object({
  expectations: list(expectation(), 1, 256),
  minScore: z.number('must be a finite number').min(0, 'must be from 0 to 1').max(1, 'must be from 0 to 1'),
  continueOnError: z.boolean(),
});

const profile = z.object({
  columns: columns(),
  topValues: z
    .number()
    .min(0, 'must be from 0 to 100')
    .max(100, 'must be from 0 to 100')
    .optional()
    .transform((values) => values ?? 10),
});

const anonymize = z.object({
  rules: list(z.object({ field: column(), operator: oneOf(AnonymizeOperator) }), 0, 4_096).superRefine(unique('field')),
  detect: onByDefault(),
});

const DAY_SECONDS = 86_400;

const features = z.object({
  entityColumn: column(),
  columns: columns(),
  ttl: duration(1, 365 * DAY_SECONDS, 3_600),
});

const publish = z.object({ topic: resourceId(), keyColumn: text(0, 512), columns: columns() });

const write = z
  .object({
    dataset: optionalId(),
    format: oneOf(DataFormat),
    compression: oneOf(Compression, { unspecified: true }),
  })
  .refine(({ format, compression }) => compression !== Compression.SNAPPY || format === DataFormat.PARQUET, {
    path: ['compression'],
    message: 'SNAPPY is only for PARQUET',
  })
  .transform(({ compression, ...step }) => ({
    ...step,
    compression:
      compression !== Compression.UNSPECIFIED
        ? compression
        : step.format === DataFormat.PARQUET
          ? Compression.SNAPPY
          : Compression.NONE,
  }));

const step = z.object({
  id: identifier(),
  input: z.literal('').or(identifier()),
  config: z.discriminatedUnion(
    '$case',
    [
      z.object({ $case: z.literal('read'), value: read }),
      z.object({ $case: z.literal('sql'), value: sql }),
      z.object({ $case: z.literal('validate'), value: validate }),
      z.object({ $case: z.literal('profile'), value: profile }),
      z.object({ $case: z.literal('anonymize'), value: anonymize }),
      z.object({ $case: z.literal('features'), value: features }),
      z.object({ $case: z.literal('publish'), value: publish }),
      z.object({ $case: z.literal('write'), value: write }),
    ],
    'must say what the step does',
  ),
});

type Step = z.output<typeof step>;

/** Steps that run one after the other, with the defaults filled in. */
export const pipeline = () =>
  z.object({
    steps: list(step, 1, 64)
      .superRefine(unique('id'))
      .superRefine(checkFlow)
      .transform((steps) => steps.map(withInput)),
  });

function checkFlow(steps: readonly Step[], context: z.RefinementCtx): void {
  const report = (path: (string | number)[], message: string) => context.addIssue({ code: 'custom', path, message });
  const earlier = new Set<string>();
  const expectations = new Set<string>();
  let outputs = 0;
  steps.forEach(({ id, input, config }, index) => {
    if (index === 0 && config.$case !== 'read') report([0, 'config'], 'the first step must read');
    if (input !== '' && (config.$case === 'read' || config.$case === 'sql')) {
      report([index, 'input'], `is not for ${config.$case} steps`);
    } else if (input !== '' && !earlier.has(input)) report([index, 'input'], `"${input}" is not an earlier step`);
    if (config.$case === 'write' && config.value.dataset === '') {
      outputs += 1;
      if (outputs > 1) report([index, 'config', 'dataset'], 'another step writes the output of the request');
    }
    if (config.$case === 'validate') {
      config.value.expectations.forEach(({ id: expectation, check }, at) => {
        const path = [index, 'config', 'expectations', at];
        if (expectations.has(expectation)) report([...path, 'id'], `"${expectation}" occurs twice in the pipeline`);
        expectations.add(expectation);
        if (check.$case === 'referential' && !earlier.has(check.value.referenceStep)) {
          report([...path, 'check', 'referenceStep'], `"${check.value.referenceStep}" is not an earlier step`);
        }
      });
    }
    earlier.add(id);
  });
}

// "Empty: the step before" is a default like any other.
function withInput(current: Step, index: number, steps: readonly Step[]): Step {
  const { config, input } = current;
  if (config.$case === 'read' || config.$case === 'sql' || input !== '') return current;
  return { ...current, input: steps[index - 1]?.id ?? '' };
}
