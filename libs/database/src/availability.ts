import { setTimeout as wait } from 'node:timers/promises';

/** Where a database tells what happens to it; a pino logger fits. */
export interface DatabaseLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

/** Whether the database answers, and the loop that waits for it when it does not. */
export interface Availability extends AsyncDisposable {
  /** Why it does not answer; undefined when it does. */
  problem(): string | undefined;
  /** Whether it has answered before, so that its tables are there. */
  prepared(): boolean;
  /** Tells that a connection was lost or refused: from now on it is asked until it answers. */
  lost(error: unknown): void;
  /** Tells that it has answered. */
  answered(): void;
}

/** What it takes to find out. */
export interface AvailabilityOptions {
  /** Makes the database ready for use, once. */
  readonly prepare: () => Promise<void>;
  /** Asks whether it answers. */
  readonly probe: () => Promise<void>;
  readonly log?: DatabaseLog;
}

const FIRST_DELAY_MS = 100;
const LAST_DELAY_MS = 2_000;

/** Tries once; when that fails, goes on trying in the background until the database answers. */
export async function watchAvailability({ prepare, probe, log }: AvailabilityOptions): Promise<Availability> {
  const ending = new AbortController();
  let prepared = false;
  let problem: string | undefined = 'connecting to the database';
  let watching: Promise<void> | undefined;

  async function attempt(): Promise<boolean> {
    try {
      await (prepared ? probe() : prepare());
      prepared = true;
      answered();
    } catch (error) {
      failed(error);
    }
    return problem === undefined;
  }

  function failed(error: unknown): void {
    const message = `the database does not answer: ${messageOf(error)}`;
    if (message !== problem) log?.warn({ err: error }, message);
    problem = message;
  }

  function answered(): void {
    if (problem !== undefined) log?.info({}, 'the database answers');
    problem = undefined;
  }

  async function watch(): Promise<void> {
    for (let delay = FIRST_DELAY_MS; !ending.signal.aborted; delay = Math.min(delay * 2, LAST_DELAY_MS)) {
      await wait(delay, undefined, { signal: ending.signal }).catch(() => {});
      if (ending.signal.aborted || problem === undefined || (await attempt())) return;
    }
  }

  function startWatching(): void {
    watching ??= watch().finally(() => {
      watching = undefined;
      if (problem !== undefined && !ending.signal.aborted) startWatching();
    });
  }

  if (!(await attempt())) startWatching();
  return {
    problem: () => problem,
    prepared: () => prepared,
    answered,
    lost(error) {
      if (ending.signal.aborted) return;
      failed(error);
      startWatching();
    },
    async [Symbol.asyncDispose]() {
      ending.abort();
      await watching;
    },
  };
}

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message || error.name : String(error);
