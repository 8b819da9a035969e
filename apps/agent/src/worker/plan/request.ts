import { tenantName, versionName } from '@weir/rpc';
import { z } from 'zod';
import { scalar } from './scalar-schema.ts';
import { stepSchema } from './step-schema.ts';

const MIB = 1024n * 1024n;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

const atLeast = (min: bigint) => z.bigint().min(min, `must be at least ${min}`);

const location = z.object({
  place: z.discriminatedUnion(
    '$case',
    [
      z.object({ $case: z.literal('path'), value: z.string().regex(/^\//, 'must be an absolute path') }),
      z.object({ $case: z.literal('url'), value: z.string() }),
    ],
    'is required',
  ),
  format: z.number(),
  csv: z.unknown(),
});

const limits = z.object(
  {
    maxDuration: z
      .object({ seconds: z.bigint(), nanos: z.number() }, 'is required')
      .refine(({ seconds, nanos }) => Number(seconds) * 1000 + nanos / 1e6 >= 1, 'must be at least 1 ms'),
    maxMemoryBytes: atLeast(64n * MIB),
    maxRows: atLeast(1n),
    maxFiles: z.number().min(2, 'must be at least 2'),
    maxOutputBytes: atLeast(MIB),
  },
  'is required',
);

const route = z.object(
  { kind: z.number(), deployment: z.string(), colour: z.number(), generation: z.bigint() },
  'is required',
);

const obligation = z.object({
  kind: z
    .discriminatedUnion('$case', [
      z.object({ $case: z.literal('encrypt') }),
      z.object({
        $case: z.literal('anonymize'),
        value: z.object({ rules: z.array(z.unknown()), detectPii: z.boolean() }),
      }),
      z.object({ $case: z.literal('retain') }),
    ])
    .optional(),
  sources: z.array(z.string()),
});

/** The request of Execute. */
export const ExecuteSchema = z.object({
  tenant: tenantName(),
  runId: z.string().regex(UUID, 'must be a UUID'),
  attempt: z.number().min(1, 'must be at least 1'),
  fencingToken: z.bigint().min(0n, 'must not be negative'),
  componentVersion: versionName(),
  digest: z.string().regex(/^sha256:[0-9a-f]{64}$/, 'must be "sha256:" and 64 hex digits'),
  pipeline: z.object(
    { steps: z.array(stepSchema).min(1, 'must have a step').max(64, 'must have at most 64') },
    'is required',
  ),
  inputs: z.record(z.string(), location),
  outputs: z.record(z.string(), location),
  parameters: z.record(z.string(), scalar),
  limits,
  obligations: z.array(obligation),
  lineageTracking: z.boolean(),
  route,
});

/** A request of Execute that holds what it must. */
export type ExecuteOrder = z.output<typeof ExecuteSchema>;

/** Where a dataset is, as the request says. */
export type OrderedLocation = z.output<typeof location>;
