import { z } from 'zod';
import { resourceId, text } from '@weir/rpc';
import { isOfTenant, runSpec } from './run-fields.ts';

const MAX_ITEMS = 1_000;
const MAX_CONCURRENCY = 100;

/** BatchSpec. */
export const batchSpec = () =>
  z.object({
    items: z
      .array(z.object({ itemId: itemId(), run: runSpec() }))
      .min(1, 'must have at least 1 entry')
      .max(MAX_ITEMS, `must have at most ${MAX_ITEMS} entries`),
    concurrency: z.number().min(0, 'must not be negative').max(MAX_CONCURRENCY, `must be at most ${MAX_CONCURRENCY}`),
    minSuccessRatio: z.number().min(0, 'must be at least 0').max(1, 'must be at most 1').optional(),
  });

const itemId = () =>
  z.string().regex(/^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/, 'must be 1 to 63 of a-z, 0-9 and "-", as resource ids');

/** The work of a job. */
export const jobWork = () =>
  z.discriminatedUnion(
    '$case',
    [
      z.object({ $case: z.literal('run'), value: runSpec() }),
      z.object({ $case: z.literal('batch'), value: batchSpec() }),
    ],
    'a run or a batch is required',
  );

/** The id of a job, or empty for one that is made up. */
export const jobId = () =>
  z.union([z.literal(''), resourceId()], 'must be a resource id, or empty for one that is made up');

/** The datasets of checked work that are not of its tenant ("tenants/acme"), by the path of their field. */
export function foreignDatasets(tenant: string, work: z.output<ReturnType<typeof jobWork>>): (string | number)[][] {
  if (work.$case === 'run') return isOfTenant(tenant, work.value.dataset) ? [] : [['run', 'dataset']];
  return work.value.items.flatMap(({ run }, index) =>
    isOfTenant(tenant, run.dataset) ? [] : [['batch', 'items', index, 'run', 'dataset']],
  );
}

/** A text that says why. */
export const reasonText = () => text(0, 500);
