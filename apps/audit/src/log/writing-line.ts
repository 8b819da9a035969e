import { isReason, reason, type WeirError } from '@weir/errors';
import { tenantsOf, type Placement, type Submission } from '../domain/append.ts';
import type { Append, AppendLine } from '../store/log-store.ts';
import { submissionQueue, type Batch, type Waiting } from './submission-queue.ts';

/** Writes events one batch after the other; while one commits, the next is gathered and planned. */
export interface WritingLine extends AsyncDisposable {
  /** As `Recorder.record`. */
  record(submission: Submission): Promise<readonly Placement[]>;
  /** How many events wait to be written. */
  waiting(): number;
  /** Whether events of a tenant wait, or are being written. */
  has(tenant: string): boolean;
}

/** What a line works with. */
export interface WritingLineOptions {
  readonly line: AppendLine;
  readonly clock: () => Date;
  /** Told the ids of the tenants whose logs have grown. */
  readonly onGrowth: (tenants: readonly string[]) => void;
}

/** How soon it is worth trying again when the database is gone. */
const RETRY_AFTER_MS = 1_000;

/** Starts a line with nothing to write. */
export function writingLine({ line, clock, onGrowth }: WritingLineOptions): WritingLine {
  const startAppend = (): Append => line.startAppend(clock);
  const queue = submissionQueue(startAppend);
  const tenants = tally();
  let writing: Promise<void> | undefined;

  async function drain(): Promise<void> {
    while (queue.size() > 0) {
      const batch = queue.take();
      const settle = await writeBatch(batch, { startAppend, onGrowth });
      for (const { submission } of batch.waiting) tenants.remove(submission);
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
    record: (submission) =>
      new Promise((resolve, reject) => {
        tenants.add(submission);
        queue.add({ submission, settle: (outcome) => (outcome instanceof Error ? reject(outcome) : resolve(outcome)) });
        start();
      }),
    waiting: queue.size,
    has: tenants.has,
    async [Symbol.asyncDispose]() {
      while (writing) await writing;
    },
  };
}

/** Counts the submissions with events of a tenant. */
function tally() {
  const counts = new Map<string, number>();
  const change = (submission: Submission, by: number): void => {
    for (const tenant of tenantsOf(submission)) {
      const count = (counts.get(tenant) ?? 0) + by;
      if (count > 0) counts.set(tenant, count);
      else counts.delete(tenant);
    }
  };
  return {
    add: (submission: Submission) => change(submission, 1),
    remove: (submission: Submission) => change(submission, -1),
    has: (tenant: string) => counts.has(tenant),
  };
}

interface WriterParts {
  readonly startAppend: () => Append;
  readonly onGrowth: WritingLineOptions['onGrowth'];
}

/** Settles once it is written, or cannot be; what it returns tells those who wait. */
async function writeBatch({ waiting, append }: Batch, parts: WriterParts): Promise<() => void> {
  try {
    const { outcomes, logs } = await append.write();
    return () => {
      waiting.forEach(({ settle }, at) => settle(outcomes[at] ?? new Error('a submission got no outcome')));
      parts.onGrowth(logs.map(({ tenant }) => tenant));
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
    ? reason('LOG_UNAVAILABLE', { problem: error.reason }, { retryAfterMs: RETRY_AFTER_MS, cause: error })
    : error;
