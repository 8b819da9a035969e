import type { CallContext } from '@weir/context';
import type { Job, WatchJobRequest, WatchJobResponse } from '@weir/contracts/agent';
import { reason } from '@weir/errors';
import { childName, parse, type ServerStream } from '@weir/rpc';
import { z } from 'zod';
import { hasEnded } from '../domain/job.ts';
import type { JobFeed } from '../jobs/job-feed.ts';
import { jobNow } from '../jobs/job-now.ts';
import type { JobItemStore } from '../store/job-item-store.ts';
import type { JobStore } from '../store/job-store.ts';

const Request = z.object({ name: childName('jobs'), revision: z.bigint().min(0n, 'must not be negative') });

// Changes by other processes are found by asking again.
const POLL_MS = 1_000;
const ITEMS = 100;
const ITEMS_BYTES = 2 * 1024 * 1024;

/** What the handler works with. */
export interface WatchJobParts {
  readonly jobs: JobStore;
  readonly items: JobItemStore;
  readonly feed: JobFeed;
}

/** Streams a job until it has ended. What is sent is read when the caller is ready for it, so none falls behind. */
export function watchJob(parts: WatchJobParts): ServerStream<WatchJobRequest, WatchJobResponse> {
  return async function* watch(request, context) {
    const { name, revision } = parse(Request, request);
    const first = await jobOf(parts, context, name);
    if (revision > first.revision) throw reason('REVISION_TOO_LARGE', { name, revision, current: first.revision });

    let seen = revision;
    let told = '';
    for (;;) {
      // Listening begins before the look: what changes in between is not missed.
      const changed = parts.feed.next(name, POLL_MS, context.signal);
      const job = await jobOf(parts, context, name);
      // First the job, without having seen anything; a resumed watch has the job already.
      if (told === '' && revision === 0n) yield { revision: 0n, update: { $case: 'job', value: job } };
      for await (const message of endedItems(parts, context, name, seen)) {
        seen = message.revision;
        yield message;
      }
      if (factsOf(job) !== told && job.revision > seen) {
        seen = job.revision;
        yield { revision: seen, update: { $case: 'job', value: job } };
      }
      told = factsOf(job);
      if (hasEnded(job)) return;
      yield* progress(parts, name, seen);
      await changed;
      context.signal.throwIfAborted();
    }
  };
}

/** What is told of a job as such: items have messages of their own. */
const factsOf = ({ state, attempts }: Job): string => `${state} ${attempts}`;

async function jobOf({ jobs, feed }: WatchJobParts, { scope }: CallContext, name: string) {
  const stored = await jobs.find(scope, name);
  if (!stored) throw reason('JOB_NOT_FOUND', { name }, { resource: { type: 'Job', name } });
  return jobNow(stored.job, feed);
}

async function* endedItems({ items }: WatchJobParts, { scope }: CallContext, name: string, after: bigint) {
  for (let seen = after; ;) {
    const page = await items.page(scope, name, seen, ITEMS, ITEMS_BYTES);
    for (const { revision, item } of page.items) {
      seen = revision;
      yield { revision, update: { $case: 'item' as const, value: item } };
    }
    if (page.isLast) return;
  }
}

function* progress({ feed }: WatchJobParts, name: string, revision: bigint): Generator<WatchJobResponse> {
  const now = feed.progressOf(name);
  if (now) yield { revision, update: now };
}
