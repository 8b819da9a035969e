import { reason } from '@weir/errors';
import { setImmediate as turn } from 'node:timers/promises';

/** Keeps a long scan from holding up everybody else's calls, and from going on when its time is over. */
export interface Pace {
  /** Throws SCAN_INCOMPLETE when the caller does not wait any longer. */
  check(): void;
  /** `check`, and lets others have their turn when it has been a while. */
  step(): Promise<void>;
}

const TURN_MS = 10;

/** The pace of a call that must be over by its deadline. */
export function pace(deadline: number, signal: AbortSignal, now: () => number = Date.now): Pace {
  let since = now();
  const check = (): void => {
    if (signal.aborted || now() >= deadline) throw reason('SCAN_INCOMPLETE');
  };
  return {
    check,
    async step() {
      check();
      if (now() - since < TURN_MS) return;
      await turn();
      since = now();
      check();
    },
  };
}
