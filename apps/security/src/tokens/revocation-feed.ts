import { platformScope } from '@weir/context';
import type { Logger } from 'pino';
import type { RevocationRecord } from '../domain/revocation.ts';
import type { RevocationStore } from '../store/revocation-store.ts';
import { coalesced, type KeyRing } from './key-ring.ts';

/** What no longer counts, in memory and up to date: of this replica at once, of others within a poll. */
export interface RevocationFeed extends AsyncDisposable {
  /** Reads what is new; afterwards everything that was committed before the call is in. */
  refresh(): Promise<void>;
  /** Tells of revocations, or of new keys, that this replica has just committed: they count here at once. */
  committed(...revocations: RevocationRecord[]): void;
  /** The newest revision; 0n before the first reading. */
  revision(): bigint;
  /** Those after a revision that have not expired, in their order. */
  after(revision: bigint): readonly RevocationRecord[];
  /** Settles with the next change, or after `ms`, or when `signal` aborts. */
  change(ms: number, signal: AbortSignal): Promise<void>;
  /** How long ago the database was last read, in milliseconds. */
  age(): number;
  /** Why it is not up to date; undefined when it is. */
  ready(): string | undefined;
}

/** What a feed works with. */
export interface FeedOptions {
  readonly revocations: RevocationStore;
  readonly ring: KeyRing;
  readonly log: Logger;
  /** Called with what is revoked as soon as it is known. */
  readonly onChange: (added: readonly RevocationRecord[]) => void;
  readonly pollMs?: number;
}

const POLL_MS = 200;
const STALE_MS = 5_000;
const PURGE_MS = 3_600_000;

/** Starts reading, and goes on reading; a database that does not answer makes it stale, never wrong. */
export function startRevocationFeed({
  revocations,
  ring,
  log,
  onChange,
  pollMs = POLL_MS,
}: FeedOptions): RevocationFeed {
  const scope = platformScope();
  let records: RevocationRecord[] = [];
  let revision = 0n;
  let keysRevision = 0n;
  let readAt = -Infinity;
  let problem: string | undefined = 'revocations have not been read yet';
  let changed = Promise.withResolvers<void>();

  function announce(): void {
    changed.resolve();
    changed = Promise.withResolvers<void>();
  }

  async function read(): Promise<readonly RevocationRecord[]> {
    const news = await revocations.since(scope, revision);
    if (news.keysRevision !== keysRevision) {
      await ring.refresh();
      keysRevision = news.keysRevision;
      announce();
    }
    if (news.revision < revision) {
      // The database was restored from an older copy: what this replica knew beyond it is no longer there.
      [records, revision] = [[], 0n];
      return read();
    }
    revision = news.revision;
    return news.revocations;
  }

  const refresh = coalesced(async () => {
    const startedAt = performance.now();
    const added = await read();
    readAt = startedAt;
    problem = undefined;
    if (added.length === 0) return;
    records.push(...added);
    onChange(added);
    announce();
  });

  async function poll(): Promise<void> {
    try {
      await refresh();
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      if (problem !== message) log.warn({ err: error }, 'revocations cannot be read; trying again');
      problem = message;
    }
  }

  function forget(): void {
    const now = Date.now();
    records = records.filter(({ expiresAt }) => expiresAt.getTime() > now);
    revocations
      .purge(scope)
      .catch((error: unknown) => log.warn({ err: error }, 'expired revocations were not removed'));
  }

  void poll();
  const polling = setInterval(() => void poll(), pollMs).unref();
  const purging = setInterval(forget, PURGE_MS).unref();

  return {
    refresh,
    committed(...revocations) {
      onChange(revocations);
      void poll();
    },
    revision: () => revision,
    after: (from) => records.slice(firstAfter(records, from)),
    change: (ms, signal) => settled(changed.promise, ms, signal),
    age: () => performance.now() - readAt,
    ready: () => problem ?? (performance.now() - readAt > STALE_MS ? 'revocations are not up to date' : undefined),
    async [Symbol.asyncDispose]() {
      clearInterval(polling);
      clearInterval(purging);
      await refresh().catch(() => undefined);
    },
  };
}

/** The position of the first record with a revision greater than `revision`. */
function firstAfter(records: readonly RevocationRecord[], revision: bigint): number {
  let low = 0;
  let high = records.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((records[middle]?.revision ?? 0n) > revision) high = middle;
    else low = middle + 1;
  }
  return low;
}

async function settled(change: Promise<void>, ms: number, signal: AbortSignal): Promise<void> {
  const end = Promise.withResolvers<void>();
  const timer = setTimeout(end.resolve, ms);
  const onAbort = (): void => end.resolve();
  signal.addEventListener('abort', onAbort, { once: true });
  await Promise.race([change, end.promise]);
  clearTimeout(timer);
  signal.removeEventListener('abort', onAbort);
}
