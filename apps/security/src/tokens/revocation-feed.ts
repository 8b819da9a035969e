import { platformScope } from '@weir/context';
import type { Logger } from 'pino';
import type { RevocationRecord } from '../domain/revocation.ts';
import { revocationLog, type RevocationLog, type RevocationLogParts } from './revocation-log.ts';

/** A log of revocations that keeps itself up to date: what this replica commits at once, others within a poll. */
export interface RevocationFeed extends Omit<RevocationLog, 'forget'>, AsyncDisposable {
  /** Tells of revocations, or of new keys, that this replica has just committed: they count here at once. */
  committed(...revocations: readonly RevocationRecord[]): void;
  /** Why it is not up to date; undefined when it is. */
  ready(): string | undefined;
}

/** What a feed works with. */
export interface FeedOptions extends RevocationLogParts {
  readonly log: Logger;
  readonly pollMs?: number;
}

const POLL_MS = 200;
const STALE_MS = 5_000;
const PURGE_MS = 3_600_000;

/** Starts reading, and goes on reading; a database that does not answer makes it stale, never wrong. */
export function startRevocationFeed(options: FeedOptions): RevocationFeed {
  const { revocations, onChange, log, pollMs = POLL_MS } = options;
  const known = revocationLog(options);
  const polling = poller(known, log, pollMs);
  const purging = setInterval(() => {
    known.forget(Date.now());
    revocations
      .purge(platformScope())
      .catch((err: unknown) => log.warn({ err }, 'expired revocations are still there'));
  }, PURGE_MS).unref();

  return {
    ...known,
    committed(...news) {
      onChange(news);
      void polling.now();
    },
    ready: () => polling.problem() ?? (known.age() > STALE_MS ? 'revocations are not up to date' : undefined),
    async [Symbol.asyncDispose]() {
      clearInterval(purging);
      polling.stop();
      await polling.now();
    },
  };
}

function poller(known: RevocationLog, log: Logger, everyMs: number) {
  let problem: string | undefined = 'revocations have not been read yet';

  async function now(): Promise<void> {
    try {
      await known.refresh();
      problem = undefined;
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      if (problem !== message) log.warn({ err: error }, 'revocations cannot be read; trying again');
      problem = message;
    }
  }

  const timer = setInterval(() => void now(), everyMs).unref();
  void now();
  return { now, problem: () => problem, stop: () => clearInterval(timer) };
}
