import { Job, JobState, type SubmitJobRequest, type SubmitJobResponse } from '@weir/contracts/agent';
import type { CallContext } from '@weir/context';
import { reason } from '@weir/errors';
import { idIn, parse, tenantName, type Unary } from '@weir/rpc';
import { currentTraceparent } from '@weir/telemetry';
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { callerOf } from '../access/caller.ts';
import { componentsOf, datasetsOf, jobName, repeatedItem, type JobWork } from '../domain/job.ts';
import { limitsOf, type LimitValues } from '../domain/run-limits.ts';
import { checkActive } from '../domain/tenant.ts';
import type { JobRunner } from '../jobs/job-runner.ts';
import type { Tenants } from '../registry/tenants.ts';
import type { RunEngine } from '../runs/run-order.ts';
import type { JobStore } from '../store/job-store.ts';
import { foreignDatasets, jobId, jobWork } from './job-fields.ts';

const Request = z
  .object({ parent: tenantName(), jobId: jobId(), work: jobWork(), validateOnly: z.boolean() })
  .superRefine(({ parent, work }, check) => {
    for (const path of foreignDatasets(parent, work)) {
      check.addIssue({ code: 'custom', path, message: 'must be a dataset of the tenant' });
    }
  });

/** What the handler works with. */
export interface SubmitJobParts {
  readonly jobs: JobStore;
  readonly tenants: Tenants;
  readonly engine: RunEngine;
  readonly jobRunner: Pick<JobRunner, 'wake'>;
  readonly limits: LimitValues;
  readonly jobCapacity: number;
}

/** Accepts a job. */
export function submitJob(parts: SubmitJobParts): Unary<SubmitJobRequest, SubmitJobResponse> {
  return async (request, context) => {
    const { parent, jobId: id, validateOnly } = parse(Request, request);
    const work = workOf(request);
    const repeated = work.$case === 'batch' ? repeatedItem(work.value) : undefined;
    if (repeated !== undefined) throw reason('ITEM_ID_REPEATED', { item_id: repeated });
    await checkTenant(parts, parent, work);
    const name = jobName(idIn(parent, 'tenants'), id === '' ? `job-${randomUUID()}` : id);
    if (validateOnly) return { job: await checked(parts, name, work, context) };

    const submittedBy = context.principal?.subject ?? '';
    const accepted = { name, work, runId: randomUUID(), submittedBy, traceparent: currentTraceparent() };
    const job = await parts.jobs.accept(context.scope, accepted, parts.jobCapacity);
    if (!job) throw reason('JOB_EXISTS', { name }, { resource: { type: 'Job', name } });
    context.afterCommit(() => parts.jobRunner.wake());

    context.audit({
      resource: name,
      dataset: datasetsOf(work)[0] ?? '',
      details: { components: componentsOf(work).join(', ') },
    });
    return { job };
  };
}

function workOf({ work }: SubmitJobRequest): JobWork {
  if (!work) throw new TypeError('the request was checked to have work');
  return work;
}

async function checkTenant({ tenants, limits }: SubmitJobParts, name: string, work: JobWork): Promise<void> {
  const owner = await tenants.get(name);
  checkActive(owner);
  const runs = work.$case === 'run' ? [work.value] : work.value.items.flatMap(({ run }) => run ?? []);
  for (const run of runs) limitsOf(run.limits, owner, limits);
}

/** The job as it would be accepted: every run of it could begin now. */
async function checked({ engine }: SubmitJobParts, name: string, work: JobWork, context: CallContext): Promise<Job> {
  const askedBy = context.principal?.subject ?? '';
  const about = {
    tenant: idIn(name, 'tenants'),
    askedBy,
    caller: callerOf(context),
    parentJob: name,
    requestedAt: new Date(),
    sharedSlot: undefined,
  };
  const runs = work.$case === 'run' ? [work.value] : work.value.items.flatMap(({ run }) => run ?? []);
  for (const spec of runs) await engine.check({ ...about, runId: randomUUID(), spec }, context.signal);
  return Job.fromPartial({ name, work, state: JobState.QUEUED, submittedBy: askedBy });
}
