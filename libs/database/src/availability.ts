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
export async function watchAvailability(options: AvailabilityOptions): Promise<Availability> {
  const watch = new Watch(options);
  await watch.start();
  return watch;
}

class Watch implements Availability {
  readonly #options: AvailabilityOptions;
  readonly #ending = new AbortController();
  #prepared = false;
  #problem: string | undefined = 'connecting to the database';
  #watching: Promise<void> | undefined;

  constructor(options: AvailabilityOptions) {
    this.#options = options;
  }

  problem(): string | undefined {
    return this.#problem;
  }

  prepared(): boolean {
    return this.#prepared;
  }

  async start(): Promise<void> {
    await this.#attempt();
    this.#keepTrying();
  }

  lost(error: unknown): void {
    this.#failed(error);
    this.#keepTrying();
  }

  answered(): void {
    if (this.#problem !== undefined) this.#options.log?.info({}, 'the database answers');
    this.#problem = undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ending.abort();
    await this.#watching;
  }

  #isOver(): boolean {
    return this.#problem === undefined || this.#ending.signal.aborted;
  }

  #keepTrying(): void {
    if (this.#isOver()) return;
    this.#watching ??= this.#tryUntilOver().finally(() => {
      this.#watching = undefined;
      // It may have been lost again in the very moment.
      this.#keepTrying();
    });
  }

  async #tryUntilOver(): Promise<void> {
    for (let delay = FIRST_DELAY_MS; !this.#isOver(); delay = Math.min(delay * 2, LAST_DELAY_MS)) {
      await wait(delay, undefined, { signal: this.#ending.signal }).catch(() => undefined);
      if (!this.#isOver()) await this.#attempt();
    }
  }

  async #attempt(): Promise<void> {
    const { prepare, probe } = this.#options;
    try {
      await (this.#prepared ? probe() : prepare());
      this.#prepared = true;
      this.answered();
    } catch (error) {
      this.#failed(error);
    }
  }

  #failed(error: unknown): void {
    const message = `the database does not answer: ${error instanceof Error ? error.message || error.name : String(error)}`;
    if (message !== this.#problem) this.#options.log?.warn({ err: error }, message);
    this.#problem = message;
  }
}
