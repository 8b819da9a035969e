import { Environment } from '@weir/contracts/registry';
import { componentName, resourceId, text } from '@weir/rpc';
import { z } from 'zod';
import { datasetTarget, durationField, optionalEnum } from './dataset-fields.ts';

const MIN_MEMORY_BYTES = 64n * 1024n * 1024n;
const MIN_OUTPUT_BYTES = 1024n * 1024n;
const MAX_PARAMETERS = 64;

const datasetNameOrEmpty = () =>
  z
    .string()
    .regex(
      /^(tenants\/[a-z][a-z0-9-]{1,61}[a-z0-9]\/datasets\/[a-z][a-z0-9-]{1,61}[a-z0-9])?$/,
      'must be "tenants/<id>/datasets/<id>"',
    );

const requirement = () =>
  z.object({
    component: componentName(),
    selector: z.discriminatedUnion(
      '$case',
      [
        z.object({ $case: z.literal('range'), value: text(1, 256) }),
        z.object({ $case: z.literal('alias'), value: resourceId() }),
      ],
      'a range or an alias is required',
    ),
  });

const scalar = () =>
  z.object({
    value: z.discriminatedUnion(
      '$case',
      [
        z.object({ $case: z.literal('text'), value: z.string() }),
        z.object({ $case: z.literal('integer'), value: z.bigint() }),
        z.object({ $case: z.literal('number'), value: z.number('must be a finite number') }),
        z.object({ $case: z.literal('boolean'), value: z.boolean() }),
        z.object({ $case: z.literal('time'), value: z.date('must be a point in time') }),
      ],
      'a value is required',
    ),
  });

const atLeast = (least: bigint) =>
  z
    .bigint()
    .refine((value) => value === 0n || value >= least, `must be at least ${least}, or 0 for the tenant's limit`);

const limits = () =>
  z.object({
    maxDuration: durationField()
      .refine(({ seconds, nanos }) => seconds > 0n || nanos >= 1_000_000, 'must be at least 1 ms')
      .optional(),
    maxMemoryBytes: atLeast(MIN_MEMORY_BYTES),
    maxRows: atLeast(1n),
    maxFiles: z
      .number()
      .refine((files) => files === 0 || files >= 2, 'must be at least 2, or 0 for the limit of the tenant'),
    maxOutputBytes: atLeast(MIN_OUTPUT_BYTES),
  });

/** RunSpec. */
export const runSpec = () =>
  z.object({
    component: requirement(),
    dataset: datasetNameOrEmpty(),
    parameters: z
      .record(z.string(), scalar())
      .refine((all) => Object.keys(all).length <= MAX_PARAMETERS, `must have at most ${MAX_PARAMETERS} entries`),
    output: datasetTarget().optional(),
    limits: limits().optional(),
    environment: optionalEnum(Environment),
    processingType: z.string().regex(/^([a-z][a-z0-9_-]{0,62})?$/, 'must be a capability of the component'),
  });

/** Whether a run names only data of its tenant ("tenants/acme"). */
export const isOfTenant = (tenant: string, dataset: string): boolean =>
  dataset === '' || dataset.startsWith(`${tenant}/datasets/`);
