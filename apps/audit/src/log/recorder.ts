import { isReason, reason, WeirError } from '@weir/errors';
import { planAppend, type Placement, type Submission } from '../domain/append.ts';
import type { LogStore } from '../store/log-store.ts';

/** Writes events into their logs. */
export interface Recorder extends AsyncDisposable {
  /**
   * Records entries together or not at all; settles once they are durable. Those that wait at the same time commit
   * together. Fails with EVENT_ID_REUSED, LOG_OVERLOADED or LOG_UNAVAILABLE.
   */
  record(submission: Submission): Promise<readonly Placement[]>;
  /** How many events wait to be written. */
  waiting(): number;
}

/** What a recorder works with. */
export interface RecorderOptions {
  readonly store: LogStore;
  /** Told the ids of the tenants whose logs have grown. */
  readonly onGrowth?: (tenants: readonly string[]) => void;
  /** Events that may wait before more are refused. */
  readonly queueLimit: number;
  readonly clock?: () => Date;
}

interface Waiting {
  readonly submission: Submission;
  readonly settle: (outcome: readonly Placement[] | Error) => void;
}

/** What one transaction takes: enough to share its commit among many, small enough to be over soon. */
const MAX_EVENTS = 4_096;
const MAX_BYTES = 16 * 2 ** 20;
const RETRY_AFTER_MS = { overloaded: 250, unavailable: 1_000 } as const;

/** Starts the writer of this process. It writes one batch at a time; while one commits, the next gathers. */
export function startRecorder({ store, onGrowth, queueLimit, clock = () => new Date() }: RecorderOptions): Recorder {
  const queue: Waiting[] = [];
  let queued = 0;
  let writing: Promise<void> | undefined;

  async function drain(): Promise<void> {
    while (queue.length > 0) await writeAll(takeBatch());
  }

  function takeBatch(): Waiting[] {
    let [count, events, bytes] = [0, 0, 0];
    for (const { submission } of queue) {
      events += submission.length;
      bytes += submission.reduce((sum, { body }) => sum + body.length, 0);
      if (count > 0 && (events > MAX_EVENTS || bytes > MAX_BYTES)) break;
      count += 1;
    }
    const batch = queue.splice(0, count);
    queued -= batch.reduce((sum, { submission }) => sum + submission.length, 0);
    return batch;
  }

  async function writeAll(batch: readonly Waiting[]): Promise<void> {
    const submissions = batch.map(({ submission }) => submission);
    try {
      const plan = await store.append(submissions.flat(), (locked) => planAppend(submissions, locked, clock()));
      batch.forEach(({ settle }, at) => settle(plan.outcomes[at] ?? new Error('a submission got no outcome')));
      onGrowth?.(plan.logs.map(({ tenant }) => tenant));
    } catch (error) {
      const failure = error instanceof Error ? error : new Error(String(error));
      // What the database cannot store must not take the others in the batch with it: each tries alone.
      if (batch.length > 1 && !isReason(failure, 'DATABASE_UNAVAILABLE')) {
        for (const one of batch) await writeAll([one]);
      } else {
        for (const { settle } of batch) settle(asUnavailable(failure));
      }
    }
  }

  return {
    record(submission) {
      if (queued + submission.length > queueLimit && queued > 0) return Promise.reject(overloaded(queued));
      return new Promise((resolve, reject) => {
        const settle = (outcome: readonly Placement[] | Error): void =>
          outcome instanceof Error ? reject(outcome) : resolve(outcome);
        queue.push({ submission, settle });
        queued += submission.length;
        writing ??= drain().finally(() => (writing = undefined));
      });
    },
    waiting: () => queued,
    async [Symbol.asyncDispose]() {
      await writing;
    },
  };
}

const asUnavailable = (error: Error): Error =>
  error instanceof WeirError && error.reason === 'DATABASE_UNAVAILABLE'
    ? reason('LOG_UNAVAILABLE', {}, { retryAfterMs: RETRY_AFTER_MS.unavailable, cause: error })
    : error;

const overloaded = (waiting: number): WeirError =>
  reason('LOG_OVERLOADED', { waiting }, { retryAfterMs: RETRY_AFTER_MS.overloaded });
