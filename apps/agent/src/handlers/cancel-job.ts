import type { CancelJobRequest, CancelJobResponse } from '@weir/contracts/agent';
import { reason } from '@weir/errors';
import { childName, parse, type Unary } from '@weir/rpc';
import { z } from 'zod';
import type { JobFeed } from '../jobs/job-feed.ts';
import type { JobRunner } from '../jobs/job-runner.ts';
import type { JobStore } from '../store/job-store.ts';
import { reasonText } from './job-fields.ts';

const Request = z.object({ name: childName('jobs'), reason: reasonText() });

/** What the handler works with. */
export interface CancelJobParts {
  readonly jobs: JobStore;
  readonly feed: JobFeed;
  readonly jobRunner: Pick<JobRunner, 'stop'>;
}

/** Cancels a job. */
export function cancelJob({ jobs, feed, jobRunner }: CancelJobParts): Unary<CancelJobRequest, CancelJobResponse> {
  return async (request, context) => {
    const { name, reason: why } = parse(Request, request);
    const job = await jobs.cancel(context.scope, name, why);
    if (!job) throw reason('JOB_NOT_FOUND', { name }, { resource: { type: 'Job', name } });
    context.afterCommit(() => {
      jobRunner.stop(name);
      feed.changed(name);
    });

    context.audit({ details: { reason: why } });
    return { job };
  };
}
