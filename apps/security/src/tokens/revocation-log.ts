import { platformScope } from '@weir/context';
import type { RevocationRecord } from '../domain/revocation.ts';
import type { RevocationStore } from '../store/revocation-store.ts';
import { coalesced } from './coalesced.ts';
import type { KeyRing } from './key-ring.ts';

/** What is revoked, in memory as of the last reading. */
export interface RevocationLog {
  /** Reads what is new; afterwards everything that was committed before the call is in. */
  refresh(): Promise<void>;
  /** The newest revision; 0n before the first reading. */
  revision(): bigint;
  /** Those after a revision that have not expired, in their order. */
  after(revision: bigint): readonly RevocationRecord[];
  /** Settles with the next change of revocations or keys, or after `ms`, or when `signal` aborts. */
  change(ms: number, signal: AbortSignal): Promise<void>;
  /** How long ago the database was last read, in milliseconds. */
  age(): number;
  /** Drops what has expired. */
  forget(now: number): void;
}

/** What a log is filled from, and whom it tells. */
export interface RevocationLogParts {
  readonly revocations: RevocationStore;
  readonly ring: KeyRing;
  /** Called with what is revoked as soon as it is known. */
  readonly onChange: (added: readonly RevocationRecord[]) => void;
}

/** An empty log; `refresh` fills it. */
export function revocationLog(parts: RevocationLogParts): RevocationLog {
  let records: RevocationRecord[] = [];
  let revision = 0n;
  let readAt = -Infinity;
  const changes = signal();
  const read = reader(parts, changes.announce);

  const refresh = coalesced(async () => {
    const startedAt = performance.now();
    const news = await read(revision);
    if (news.startsAgain) records = [];
    records.push(...news.added);
    revision = news.revision;
    readAt = startedAt;
    if (news.added.length === 0) return;
    parts.onChange(news.added);
    changes.announce();
  });

  return {
    refresh,
    revision: () => revision,
    after: (from) => records.slice(firstAfter(records, from)),
    change: changes.next,
    age: () => performance.now() - readAt,
    forget: (now) => (records = records.filter(({ expiresAt }) => expiresAt.getTime() > now)),
  };
}

interface News {
  readonly revision: bigint;
  readonly added: readonly RevocationRecord[];
  /** The database was restored from an older copy: what was known beyond it is no longer there. */
  readonly startsAgain: boolean;
}

function reader({ revocations, ring }: RevocationLogParts, announce: () => void): (from: bigint) => Promise<News> {
  let keysRevision = 0n;

  return async (from) => {
    const scope = platformScope();
    let news = await revocations.since(scope, from);
    if (news.keysRevision !== keysRevision) {
      await ring.refresh();
      keysRevision = news.keysRevision;
      announce();
    }
    const startsAgain = news.revision < from;
    if (startsAgain) news = await revocations.since(scope, 0n);
    return { revision: news.revision, added: news.revocations, startsAgain };
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

/** Something that many can wait for together. */
function signal() {
  let upcoming = Promise.withResolvers<void>();
  return {
    announce: (): void => {
      upcoming.resolve();
      upcoming = Promise.withResolvers<void>();
    },
    next: async (ms: number, end: AbortSignal): Promise<void> => {
      const { promise, resolve } = Promise.withResolvers<void>();
      const stop = (): void => resolve();
      const timer = setTimeout(stop, ms);
      end.addEventListener('abort', stop, { once: true });
      await Promise.race([upcoming.promise, promise]);
      clearTimeout(timer);
      end.removeEventListener('abort', stop);
    },
  };
}
