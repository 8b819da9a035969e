import { ProcessDataRequest, type ProcessDataResponse } from '@weir/contracts/agent';
import type { CallContext } from '@weir/context';
import { idIn, parse, tenantName, type Unary } from '@weir/rpc';
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { callerOf } from '../access/caller.ts';
import { digestOf } from '../domain/request-digest.ts';
import type { RunEngine, RunOrder } from '../runs/run-order.ts';
import type { SharedRuns } from '../runs/shared-runs.ts';
import { isOfTenant, runSpec } from './run-fields.ts';

const Request = z
  .object({ tenant: tenantName(), run: runSpec(), requestId: z.string(), validateOnly: z.boolean() })
  .refine(({ tenant, run }) => isOfTenant(tenant, run.dataset), {
    path: ['run', 'dataset'],
    message: 'must be a dataset of the tenant',
  });

/** What the handler works with. */
export interface ProcessDataParts {
  readonly engine: RunEngine;
  readonly sharedRuns: SharedRuns;
}

/** Runs one component on one dataset; a repeat gets the first answer, or joins the run while it goes on. */
export function processData({ engine, sharedRuns }: ProcessDataParts): Unary<ProcessDataRequest, ProcessDataResponse> {
  return async (request, context) => {
    const { tenant, requestId, validateOnly } = parse(Request, request);
    const order = orderOf(request, idIn(tenant, 'tenants'), context);
    if (validateOnly) return { result: await engine.check(order, context.signal) };

    const principal = context.principal?.subject ?? '';
    const key = { principal, method: context.method, requestId: requestId.toLowerCase() };
    const result = await sharedRuns.run(order, key, digestOf(ProcessDataRequest.encode(request).finish()), context);

    return { result };
  };
}

// The request as it came, and not as it was checked: a field of a newer client travels on.
const orderOf = ({ run, ...rest }: ProcessDataRequest, tenant: string, context: CallContext): RunOrder => ({
  tenant,
  runId: randomUUID(),
  spec: run ?? missing(rest),
  askedBy: context.principal?.subject ?? '',
  caller: callerOf(context),
  parentJob: '',
  requestedAt: new Date(),
  sharedSlot: undefined,
});

const missing = (_: unknown): never => {
  throw new TypeError('the request was checked to have a run');
};
