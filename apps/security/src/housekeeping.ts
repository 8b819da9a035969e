import type { Logger } from 'pino';

const EVERY_MS = 3_600_000;

/** Does what must be done now and then: once an hour, the first time after an hour. A task that fails is tried again. */
export function startHousekeeping(log: Logger, tasks: readonly (() => Promise<void>)[]): Disposable {
  const run = (task: () => Promise<void>): void => {
    task().catch((err: unknown) => log.warn({ err }, 'housekeeping failed; the next hour tries again'));
  };
  const timer = setInterval(() => tasks.forEach(run), EVERY_MS).unref();
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
