import type { CallContext } from '@weir/context';
import type { BatchSpec, ProcessBatchRequest, ProcessBatchResponse } from '@weir/contracts/agent';
import { reason } from '@weir/errors';
import { idIn, parse, tenantName, type ServerStream } from '@weir/rpc';
import { z } from 'zod';
import { repeatedItem } from '../domain/job.ts';
import { checkActive } from '../domain/tenant.ts';
import type { BatchCalls } from '../jobs/batch-calls.ts';
import type { Tenants } from '../registry/tenants.ts';
import { batchSpec, foreignDatasets } from './job-fields.ts';

const Request = z
  .object({ tenant: tenantName(), batch: batchSpec(), requestId: z.string() })
  .superRefine(({ tenant, batch }, check) => {
    for (const path of foreignDatasets(tenant, { $case: 'batch', value: batch })) {
      check.addIssue({ code: 'custom', path, message: 'must be a dataset of the tenant' });
    }
  });

/** What the handler works with. */
export interface ProcessBatchParts {
  readonly tenants: Tenants;
  readonly batchCalls: BatchCalls;
}

/** Runs many items, and streams progress, results and the summary. */
export function processBatch(parts: ProcessBatchParts): ServerStream<ProcessBatchRequest, ProcessBatchResponse> {
  return async function* process(request, context) {
    const { tenant, requestId } = parse(Request, request);
    const batch = batchOf(request);
    const repeated = repeatedItem(batch);
    if (repeated !== undefined) throw reason('ITEM_ID_REPEATED', { item_id: repeated });
    checkActive(await parts.tenants.get(tenant));

    for await (const message of parts.batchCalls.run(
      idIn(tenant, 'tenants'),
      batch,
      requestId.toLowerCase(),
      context,
    )) {
      if (message.update?.$case === 'summary') audit(context, message.update.value);
      yield message;
    }
  };
}

function audit(
  context: CallContext,
  summary: { itemsTotal: number; itemsSucceeded: number; successRatio: number },
): void {
  const { itemsTotal: items, itemsSucceeded: succeeded, successRatio: success_ratio } = summary;
  context.audit({ details: { items, succeeded, success_ratio } });
}

function batchOf({ batch }: ProcessBatchRequest): BatchSpec {
  if (!batch) throw new TypeError('the request was checked to have a batch');
  return batch;
}
