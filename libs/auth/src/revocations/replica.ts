import type { Revocation, WatchRevocationsResponse } from '@weir/contracts/security';
import { revocationList, type RevocationList } from './revocation-list.ts';

/** What the stream of revocations has brought so far. */
export interface Replica {
  readonly list: RevocationList;
  /** Where to resume; 0 before the first snapshot is complete. */
  revision(): bigint;
  /** When the list was last known to be complete, in milliseconds since the epoch; -Infinity before the first time. */
  completeAt(): number;
  /** A stream begins: what is left of a snapshot that was cut off counts no more. */
  begin(): void;
  /** The next stream brings a snapshot. */
  startOver(): void;
  receive(message: WatchRevocationsResponse): void;
}

/** Who is told what comes along. */
export interface ReplicaListeners {
  readonly onKeys?: (etag: string) => void;
  readonly onRevoked?: (lagMs: number) => void;
}

const SWEEP_EVERY_MS = 60_000;

/** An empty replica. While a new snapshot comes in, the old list goes on and grows old. */
export function replica({ onKeys, onRevoked }: ReplicaListeners, clock: () => number): Replica {
  const list = revocationList();
  let revision = 0n;
  let completeAt = -Infinity;
  let sweptAt = clock();
  let parts: Revocation[] = [];

  /** Whether the list is complete after it. */
  const take = (event: WatchRevocationsResponse['event'], now: number): boolean => {
    if (event?.$case === 'snapshot') {
      parts.push(...event.value.revocations);
      if (!event.value.complete) return false;
      list.replace(parts);
      parts = [];
    } else if (event?.$case === 'revoked') {
      list.add(event.value);
      onRevoked?.(now - (event.value.revokedAt?.getTime() ?? now));
    } else if (event?.$case === 'bookmark') {
      onKeys?.(event.value.jwksEtag);
    }
    return event !== undefined;
  };
  const receive = (message: WatchRevocationsResponse): void => {
    const now = clock();
    if (!take(message.event, now)) return;
    revision = message.revision;
    completeAt = now;
    if (now - sweptAt < SWEEP_EVERY_MS) return;
    list.sweep(now);
    sweptAt = now;
  };
  return {
    list,
    revision: () => revision,
    completeAt: () => completeAt,
    begin: () => void (parts = []),
    startOver: () => void (revision = 0n),
    receive,
  };
}
