import type { Placement, Submission } from '../domain/append.ts';

/** A submission that waits for its turn, and whoever waits for it. */
export interface Waiting {
  readonly submission: Submission;
  readonly settle: (outcome: readonly Placement[] | Error) => void;
}

/** What waits to be written, in the order of its arrival. */
export interface SubmissionQueue {
  add(waiting: Waiting): void;
  /** What the next transaction takes: at least one submission where there is one. */
  take(): Waiting[];
  /** How many events wait. */
  size(): number;
}

/** Enough to share one commit among many, small enough to be over soon. */
const MAX_EVENTS = 4_096;
const MAX_BYTES = 16 * 2 ** 20;

/** An empty queue. */
export function submissionQueue(): SubmissionQueue {
  const queue: Waiting[] = [];
  let size = 0;

  return {
    add(waiting) {
      queue.push(waiting);
      size += waiting.submission.length;
    },
    take() {
      let [count, events, bytes] = [0, 0, 0];
      for (const { submission } of queue) {
        events += submission.length;
        bytes += submission.reduce((sum, { body }) => sum + body.length, 0);
        if (count > 0 && (events > MAX_EVENTS || bytes > MAX_BYTES)) break;
        count += 1;
      }
      const batch = queue.splice(0, count);
      size -= batch.reduce((sum, { submission }) => sum + submission.length, 0);
      return batch;
    },
    size: () => size,
  };
}
