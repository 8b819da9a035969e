const WINDOW_S = 60;

/** Counts how things ended in the last minute, by the second. */
export interface ErrorRate {
  add(failed: boolean): void;
  /** Share that failed, 0 to 1; 0 without any. */
  read(): number;
}

/** An error rate over the last minute. */
export function errorRate(clock: () => number = Date.now): ErrorRate {
  const seconds = new Map<number, { all: number; failed: number }>();
  const now = (): number => Math.floor(clock() / 1000);
  const expire = (): void => {
    for (const second of seconds.keys()) if (second <= now() - WINDOW_S) seconds.delete(second);
  };
  return {
    add(failed) {
      expire();
      const counts = seconds.get(now()) ?? { all: 0, failed: 0 };
      seconds.set(now(), { all: counts.all + 1, failed: counts.failed + (failed ? 1 : 0) });
    },
    read() {
      expire();
      const counts = [...seconds.values()];
      const all = counts.reduce((sum, count) => sum + count.all, 0);
      return all === 0 ? 0 : counts.reduce((sum, count) => sum + count.failed, 0) / all;
    },
  };
}
