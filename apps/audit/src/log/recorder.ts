import { isReason, reason, type WeirError } from '@weir/errors';
import { planAppend, type Placement, type Submission } from '../domain/append.ts';
import type { LogStore } from '../store/log-store.ts';
import { submissionQueue, type Waiting } from './submission-queue.ts';

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

const RETRY_AFTER_MS = { overloaded: 250, unavailable: 1_000 } as const;

/** Starts the writer of this process. It writes one batch at a time; while one commits, the next gathers. */
export function startRecorder(options: RecorderOptions): Recorder {
  const queue = submissionQueue();
  let writing: Promise<void> | undefined;

  async function drain(): Promise<void> {
    while (queue.size() > 0) await writeBatch(queue.take(), options);
  }

  return {
    record(submission) {
      const waiting = queue.size();
      if (waiting > 0 && waiting + submission.length > options.queueLimit) return Promise.reject(overloaded(waiting));
      return new Promise((resolve, reject) => {
        queue.add({ submission, settle: (outcome) => (outcome instanceof Error ? reject(outcome) : resolve(outcome)) });
        writing ??= drain().finally(() => (writing = undefined));
      });
    },
    waiting: queue.size,
    async [Symbol.asyncDispose]() {
      await writing;
    },
  };
}

async function writeBatch(batch: readonly Waiting[], options: RecorderOptions): Promise<void> {
  const { store, onGrowth, clock = () => new Date() } = options;
  const submissions = batch.map(({ submission }) => submission);
  try {
    const plan = await store.append(submissions.flat(), (locked) => planAppend(submissions, locked, clock()));
    batch.forEach(({ settle }, at) => settle(plan.outcomes[at] ?? new Error('a submission got no outcome')));
    onGrowth?.(plan.logs.map(({ tenant }) => tenant));
  } catch (error) {
    const failure = error instanceof Error ? error : new Error(String(error));
    // What the database cannot store must not take the others in the batch with it: each tries alone.
    if (batch.length > 1 && !isUnavailable(failure)) {
      for (const one of batch) await writeBatch([one], options);
    } else {
      for (const { settle } of batch) settle(asUnavailable(failure));
    }
  }
}

const isUnavailable = (error: Error): error is WeirError =>
  isReason(error, 'DATABASE_UNAVAILABLE') || isReason(error, 'DATABASE_FULL');

const asUnavailable = (error: Error): Error =>
  isUnavailable(error)
    ? reason('LOG_UNAVAILABLE', { problem: error.reason }, { retryAfterMs: RETRY_AFTER_MS.unavailable, cause: error })
    : error;

const overloaded = (waiting: number): Error =>
  reason('LOG_OVERLOADED', { waiting }, { retryAfterMs: RETRY_AFTER_MS.overloaded });
