import { platformScope, tenantScope } from '@weir/context';
import { reason } from '@weir/errors';
import type { Logger } from 'pino';
import type { JobClaim, StoredJob } from '../domain/job.ts';
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
export function startJobRunner(parts: JobRunnerParts): JobRunner {
  const runner = new Runner(parts);
  runner.wake();
  return runner;
}

interface RunningJob {
  readonly stopping: AbortController;
  readonly done: Promise<void>;
}

class Runner implements JobRunner {
  readonly #parts: JobRunnerParts;
  readonly #ending = new AbortController();
  readonly #pumps = new Map<string, { again: boolean }>();
  readonly #running = new Map<string, RunningJob>();
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #poll = setInterval(() => this.wake(), POLL_MS).unref();

  constructor(parts: JobRunnerParts) {
    this.#parts = parts;
  }

  wake(): void {
    // A database that does not answer is asked again with the next poll.
    this.#look().catch(() => undefined);
  }

  stop(name: string): void {
    this.#running.get(name)?.stopping.abort(reason('CANCELLED', { method: name }));
  }

  async tend(): Promise<void> {
    const { jobs } = this.#parts;
    if ((await jobs.recover(platformScope())) > 0) this.wake();
    for (const name of await jobs.cancelling(platformScope(), [...this.#running.keys()])) this.stop(name);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#poll);
    for (const timer of this.#timers) clearTimeout(timer);
    this.#ending.abort(reason('SHUTTING_DOWN'));
    await Promise.all([...this.#running.values()].map(({ done }) => done));
  }

  #isEnding(): boolean {
    return this.#ending.signal.aborted;
  }

  #later(ms: number): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      this.wake();
    }, ms).unref();
    this.#timers.add(timer);
  }

  async #look(): Promise<void> {
    if (this.#isEnding()) return;
    const tenants = await this.#parts.jobs.tenantsWaiting(platformScope());
    for (const tenant of tenants) this.#pump(tenant).catch(() => this.#later(RETRY_MS));
  }

  /** Begins the jobs of a tenant until none can begin; one at a time looks after a tenant. */
  async #pump(tenant: string): Promise<void> {
    const known = this.#pumps.get(tenant);
    if (known) {
      known.again = true;
      return;
    }
    const own = { again: true };
    this.#pumps.set(tenant, own);
    try {
      while (own.again && !this.#isEnding()) {
        own.again = false;
        // Whoever asks meanwhile sets it again: what was accepted after the last look is not missed.
        while (!this.#isEnding() && (await this.#beginNext(tenant)));
      }
    } finally {
      this.#pumps.delete(tenant);
    }
  }

  /** Begins the next job of a tenant; false when none can begin now. */
  async #beginNext(tenant: string): Promise<boolean> {
    const next = await this.#parts.jobs.claimNext(tenantScope(tenant), tenant);
    if (!next) return false;
    if ('waitMs' in next) {
      this.#later(next.waitMs);
      return false;
    }
    return this.#work(next.stored, next.claim);
  }

  /** Works on a claimed job; resolves once it has begun, or has ended without having begun (false). */
  #work(stored: StoredJob, claim: JobClaim): Promise<boolean> {
    const { work, feed, log } = this.#parts;
    const stopping = new AbortController();
    const begun = Promise.withResolvers<boolean>();
    const signal = AbortSignal.any([stopping.signal, this.#ending.signal]);
    const done = work(stored, claim, signal, () => begun.resolve(true))
      .catch((err: unknown) => log.warn({ err, job: claim.name }, 'a job could not be ended; it is taken up again'))
      .finally(() => {
        this.#running.delete(claim.name);
        begun.resolve(false);
        feed.changed(claim.name);
        this.wake();
      });
    this.#running.set(claim.name, { stopping, done });
    return begun.promise;
  }
}
