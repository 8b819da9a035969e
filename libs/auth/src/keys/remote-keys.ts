import { backoff, type Client } from '@weir/client';
import type { TokenServiceDefinition } from '@weir/contracts/security';
import { reason } from '@weir/errors';
import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { keyRing, type KeyRing } from './key-ring.ts';
import type { KeySource } from './key-source.ts';

/** The keys that the security service publishes, kept up to date in the background. */
export interface RemoteKeys extends KeySource, AsyncDisposable {
  /** Fetches them again unless they are the ones of this etag. */
  readonly refresh: (etag: string) => void;
}

/** What remote keys are fetched with. */
export interface RemoteKeysOptions {
  readonly tokenService: Pick<Client<typeof TokenServiceDefinition>, 'getJwks'>;
  readonly log: Logger;
  readonly clock?: () => number;
}

const TIMEOUT_MS = 5_000;
const SEARCH_EVERY_MS = 1_000;

/** Begins to fetch, and tries until it has keys; later fetches that fail leave what is known. */
export function remoteKeys({ tokenService, log, clock = Date.now }: RemoteKeysOptions): RemoteKeys {
  const stopped = new AbortController();
  const ring = keyRing(log);
  const fetcher = single(async () => {
    ring.hold(await tokenService.getJwks({}, { timeoutMs: TIMEOUT_MS, signal: stopped.signal }));
  });
  const running = keepFresh(fetcher.run, ring, log, stopped.signal);
  let searchedAt = -Infinity;

  return {
    find: ring.find,
    search() {
      const now = clock();
      if (!fetcher.isRunning() && now - searchedAt < SEARCH_EVERY_MS) {
        if (fetcher.failed()) throw unavailable(undefined);
        return undefined;
      }
      searchedAt = now;
      return fetcher.run().catch((error: unknown) => Promise.reject(unavailable(error)));
    },
    refresh(etag) {
      if (etag !== ring.etag()) fetcher.run().catch(() => undefined);
    },
    ready: () => (ring.etag() === undefined ? 'the keys of the security service have not been fetched yet' : undefined),
    async [Symbol.asyncDispose]() {
      stopped.abort();
      await running;
    },
  };
}

const unavailable = (cause: unknown): Error =>
  reason('KEYS_UNAVAILABLE', { problem: 'the security service does not answer' }, { cause, retryAfterMs: 1000 });

/** Fetches until it works, and again when the answer has become too old. */
async function keepFresh(fetch: () => Promise<void>, ring: KeyRing, log: Logger, signal: AbortSignal): Promise<void> {
  const pauses = backoff(100, 5_000);
  const isOver = (): boolean => signal.aborted;
  let failed = false;
  while (!isOver()) {
    let pauseMs: number;
    try {
      await fetch();
      if (failed) log.info('verification keys are up to date again');
      failed = false;
      pauses.reset();
      pauseMs = ring.maxAgeMs();
    } catch (error) {
      if (!failed && !isOver()) log.warn({ err: error }, 'verification keys cannot be fetched; trying again');
      failed = true;
      pauseMs = pauses.next();
    }
    await sleep(pauseMs, undefined, { signal, ref: false }).catch(() => undefined);
  }
}

/** Work that runs once at a time, outside of the call that asked for it first: others wait for it too. */
interface Single {
  readonly run: () => Promise<void>;
  isRunning(): boolean;
  /** Whether the last run failed. */
  failed(): boolean;
}

function single(work: () => Promise<void>): Single {
  const outside = AsyncLocalStorage.snapshot();
  let running: Promise<void> | undefined;
  let failed = false;

  const attempt = async (): Promise<void> => {
    try {
      await work();
      failed = false;
    } catch (error) {
      failed = true;
      throw error;
    } finally {
      running = undefined;
    }
  };
  return { run: () => (running ??= outside(attempt)), isRunning: () => running !== undefined, failed: () => failed };
}
