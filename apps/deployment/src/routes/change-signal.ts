import { settled } from './settled.ts';

/** Wakes the watchers of this process when something was committed here. */
export interface ChangeSignal {
  /** Something was committed. */
  tell(): void;
  /** Settles with the next change, or after `ms`, or when `signal` aborts. */
  next(ms: number, signal: AbortSignal): Promise<void>;
}

/** A signal that nobody waits for yet. */
export function changeSignal(): ChangeSignal {
  let changed = Promise.withResolvers<void>();
  return {
    tell() {
      changed.resolve();
      changed = Promise.withResolvers<void>();
    },
    next: (ms, signal) => settled(changed.promise, ms, signal),
  };
}
