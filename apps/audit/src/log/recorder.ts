import { reason } from '@weir/errors';
import { tenantsOf, type Placement, type Submission } from '../domain/append.ts';
import type { LogStore } from '../store/log-store.ts';
import { writingLine, type WritingLine } from './writing-line.ts';

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

const RETRY_AFTER_MS = 250;
/** Batches that are written side by side, each on a connection: while one waits for the disk, another is inserted. */
const LINES = 4;
/** As many events are worth a batch of their own; fewer go with those of others. */
const ENOUGH = 128;

/** Starts the writer of this process. */
export function startRecorder({
  store,
  queueLimit,
  onGrowth = () => undefined,
  clock = () => new Date(),
}: RecorderOptions): Recorder {
  const lines = Array.from({ length: LINES }, () => writingLine({ line: store.openLine(), clock, onGrowth }));
  const waiting = (): number => lines.reduce((sum, line) => sum + line.waiting(), 0);

  return {
    async record(submission) {
      const before = waiting();
      if (before > 0 && before + submission.length > queueLimit) throw overloaded(before);
      return lineFor(submission, lines).record(submission);
    },
    waiting,
    async [Symbol.asyncDispose]() {
      for (const line of lines) await line[Symbol.asyncDispose]();
    },
  };
}

/**
 * What belongs to a log that a line is busy with goes to that line: planned side by side on the same state, one of the two
 * would be in vain.
 */
function lineFor(submission: Submission, lines: readonly WritingLine[]): WritingLine {
  const tenants = tenantsOf(submission);
  return (
    lines.find((line) => tenants.some(line.has)) ??
    lines.find((line) => line.waiting() < ENOUGH) ??
    lines.reduce((least, line) => (line.waiting() < least.waiting() ? line : least))
  );
}

const overloaded = (waiting: number): Error => reason('LOG_OVERLOADED', { waiting }, { retryAfterMs: RETRY_AFTER_MS });
