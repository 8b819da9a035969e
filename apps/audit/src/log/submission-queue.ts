import type { Placement, Submission } from '../domain/append.ts';
import type { Append } from '../store/log-store.ts';

/** A submission that waits for its turn, and whoever waits for it. */
export interface Waiting {
  readonly submission: Submission;
  readonly settle: (outcome: readonly Placement[] | Error) => void;
}

/** What one transaction writes, in the order of its arrival. */
export interface Batch {
  readonly waiting: readonly Waiting[];
  readonly append: Append;
}

/** What waits to be written, in the order of its arrival. What goes into the next batch is planned as it arrives. */
export interface SubmissionQueue {
  add(waiting: Waiting): void;
  /** What the next transaction takes: at least one submission where there is one. */
  take(): Batch;
  /** How many events wait. */
  size(): number;
}

/** Enough to share one commit among many, small enough to be over soon. */
const MAX_EVENTS = 4_096;
const MAX_BYTES = 16 * 2 ** 20;

/** An empty queue. */
export function submissionQueue(startAppend: () => Append): SubmissionQueue {
  let next = gathering(startAppend());
  let behind: Waiting[] = [];
  let size = 0;

  return {
    add(waiting) {
      size += waiting.submission.length;
      if (behind.length > 0 || !next.add(waiting)) behind.push(waiting);
    },
    take() {
      const batch = next;
      size -= batch.events();
      next = gathering(startAppend());
      const firstLeft = behind.findIndex((waiting) => !next.add(waiting));
      behind = firstLeft < 0 ? [] : behind.slice(firstLeft);
      return batch;
    },
    size: () => size,
  };
}

/** A batch that takes what fits. */
interface Gathering extends Batch {
  /** False, and it is not added, when the batch is full. */
  add(waiting: Waiting): boolean;
  events(): number;
}

function gathering(append: Append): Gathering {
  const waiting: Waiting[] = [];
  let [events, bytes] = [0, 0];
  return {
    append,
    waiting,
    add(one) {
      const { submission } = one;
      const more = submission.reduce((sum, { body }) => sum + body.length, 0);
      const isFull = events + submission.length > MAX_EVENTS || bytes + more > MAX_BYTES;
      if (isFull && waiting.length > 0) return false;
      events += submission.length;
      bytes += more;
      waiting.push(one);
      append.add(submission);
      return true;
    },
    events: () => events,
  };
}
