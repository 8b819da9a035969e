import { platformScope, tenantScope } from '@weir/context';
import { reason } from '@weir/errors';
import type { Logger } from 'pino';
import type { JobStore } from '../store/job-store.ts';
import type { JobFeed } from './job-feed.ts';
import type { WorkOnJob } from './work-on-job.ts';

/** Works on accepted jobs in the background. */
export interface JobRunner extends AsyncDisposable {
  /** Looks for work now: a job was accepted, or could go on. */
  wake(): void;
  /** Stops a job that this process works on, at once. */
  stop(name: string): void;
  /** Takes up what dead processes left, and stops what was cancelled elsewhere. */
  tend(): Promise<void>;
}

/** What it takes. */
export interface JobRunnerParts {
  readonly jobs: JobStore;
  readonly feed: JobFeed;
  readonly work: WorkOnJob;
  readonly log: Pick<Logger, 'warn'>;
}

const POLL_MS = 1_000;
const RETRY_MS = 1_000;

/**
 * Starts the jobs of each tenant in the order in which they were accepted: the next one is looked at when the one before
 * has begun. How many run at the same time is up to the tenant's job slots and the fair queue.
 */
export function startJobRunner({ jobs, feed, work, log }: JobRunnerParts): JobRunner {
  const ending = new AbortController();
  const pumps = new Map<string, { again: boolean }>();
  const running = new Map<string, { readonly stopping: AbortController; readonly done: Promise<void> }>();
  const timers = new Set<NodeJS.Timeout>();

  const later = (ms: number): void => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      wake();
    }, ms).unref();
    timers.add(timer);
  };
  /** Begins the next job of a tenant; false when none can begin now. */
  const beginNext = async (tenant: string): Promise<boolean> => {
    const next = await jobs.claimNext(tenantScope(tenant), tenant);
    if (!next) return false;
    if ('waitMs' in next) {
      later(next.waitMs);
      return false;
    }
    const { stored, claim } = next;
    const stopping = new AbortController();
    const begun = Promise.withResolvers<boolean>();
    const done = work(stored, claim, AbortSignal.any([stopping.signal, ending.signal]), () => begun.resolve(true))
      .catch((err: unknown) => log.warn({ err, job: claim.name }, 'a job could not be ended; it is taken up again'))
      .finally(() => {
        running.delete(claim.name);
        begun.resolve(false);
        feed.changed(claim.name);
        wake();
      });
    running.set(claim.name, { stopping, done });
    return begun.promise;
  };
  const pump = async (tenant: string): Promise<void> => {
    const known = pumps.get(tenant);
    if (known) {
      known.again = true;
      return;
    }
    const own = { again: true };
    pumps.set(tenant, own);
    try {
      while (own.again && !ending.signal.aborted) {
        own.again = false;
        while (!ending.signal.aborted && (await beginNext(tenant)));
      }
    } finally {
      pumps.delete(tenant);
    }
  };
  const look = async (): Promise<void> => {
    if (ending.signal.aborted) return;
    const tenants = await jobs.tenantsWaiting(platformScope());
    for (const tenant of tenants) pump(tenant).catch(() => later(RETRY_MS));
  };
  const wake = (): void => {
    // A database that does not answer is asked again with the next poll.
    look().catch(() => undefined);
  };
  const stop = (name: string): void => running.get(name)?.stopping.abort(reason('CANCELLED', { method: name }));
  const poll = setInterval(wake, POLL_MS).unref();
  wake();

  return {
    wake,
    stop,
    async tend() {
      if ((await jobs.recover(platformScope())) > 0) wake();
      for (const name of await jobs.cancelling(platformScope(), [...running.keys()])) stop(name);
    },
    async [Symbol.asyncDispose]() {
      clearInterval(poll);
      for (const timer of timers) clearTimeout(timer);
      ending.abort(reason('SHUTTING_DOWN'));
      await Promise.all([...running.values()].map(({ done }) => done));
    },
  };
}
