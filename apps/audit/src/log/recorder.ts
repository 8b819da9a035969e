import { isReason, reason, type WeirError } from '@weir/errors';
import type { Placement, Submission } from '../domain/append.ts';
import type { Append, LogStore } from '../store/log-store.ts';
import { submissionQueue, type Batch, type Waiting } from './submission-queue.ts';

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

/** Starts the writer of this process. It writes one batch at a time; while one commits, the next is gathered and planned. */
export function startRecorder({ store, queueLimit, onGrowth, clock = () => new Date() }: RecorderOptions): Recorder {
  const startAppend = (): Append => store.startAppend(clock);
  const queue = submissionQueue(startAppend);
  let writing: Promise<void> | undefined;

  async function drain(): Promise<void> {
    while (queue.size() > 0) {
      const settle = await writeBatch(queue.take(), { startAppend, onGrowth });
      // What waits goes to the database first: answering this batch takes as long as the database takes for some of it.
      if (queue.size() > 0) setImmediate(settle);
      else settle();
    }
  }

  function start(): void {
    writing ??= drain().finally(() => {
      writing = undefined;
      // Whoever was answered last may have come back before this was over.
      if (queue.size() > 0) start();
    });
  }

  return {
    record(submission) {
      const waiting = queue.size();
      if (waiting > 0 && waiting + submission.length > queueLimit) return Promise.reject(overloaded(waiting));
      return new Promise((resolve, reject) => {
        queue.add({ submission, settle: (outcome) => (outcome instanceof Error ? reject(outcome) : resolve(outcome)) });
        start();
      });
    },
    waiting: queue.size,
    async [Symbol.asyncDispose]() {
      while (writing) await writing;
    },
  };
}

interface WriterParts {
  readonly startAppend: () => Append;
  readonly onGrowth: RecorderOptions['onGrowth'];
}

/** Settles once it is written, or cannot be; what it returns tells those who wait. */
async function writeBatch({ waiting, append }: Batch, parts: WriterParts): Promise<() => void> {
  try {
    const { outcomes, logs } = await append.write();
    return () => {
      waiting.forEach(({ settle }, at) => settle(outcomes[at] ?? new Error('a submission got no outcome')));
      parts.onGrowth?.(logs.map(({ tenant }) => tenant));
    };
  } catch (error) {
    const failure = error instanceof Error ? error : new Error(String(error));
    // What the database cannot store must not take the others in the batch with it: each tries alone.
    if (waiting.length > 1 && !isUnavailable(failure)) {
      for (const one of waiting) (await writeBatch(alone(one, parts.startAppend()), parts))();
      return () => undefined;
    }
    return () => waiting.forEach(({ settle }) => settle(asUnavailable(failure)));
  }
}

function alone(one: Waiting, append: Append): Batch {
  append.add(one.submission);
  return { waiting: [one], append };
}

const isUnavailable = (error: Error): error is WeirError =>
  isReason(error, 'DATABASE_UNAVAILABLE') || isReason(error, 'DATABASE_FULL');

const asUnavailable = (error: Error): Error =>
  isUnavailable(error)
    ? reason('LOG_UNAVAILABLE', { problem: error.reason }, { retryAfterMs: RETRY_AFTER_MS.unavailable, cause: error })
    : error;

const overloaded = (waiting: number): Error =>
  reason('LOG_OVERLOADED', { waiting }, { retryAfterMs: RETRY_AFTER_MS.overloaded });
