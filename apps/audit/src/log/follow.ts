import type { Scope } from '@weir/context';
import { reason } from '@weir/errors';
import type { StoredEvent } from '../domain/entry.ts';
import type { Matches } from '../domain/event-filter.ts';
import type { LogStore } from '../store/log-store.ts';
import type { Growth } from './growth.ts';
import { scan } from './scan.ts';

/** What to follow, and from where. */
export interface Following {
  readonly scope: Scope;
  readonly tenant: string;
  /** The index to start from. */
  readonly from: bigint;
  readonly matches: Matches;
  readonly signal: AbortSignal;
  readonly clock?: () => number;
}

/** A step of a follower: an event that matches, or how far nothing more does. */
export interface Step {
  /** The size of the log just after. */
  readonly revision: bigint;
  readonly stored: StoredEvent | undefined;
}

/** How often the database is asked for what other replicas have recorded. */
const POLL_MS = 500;
const BOOKMARK_MS = 8_000;

/** Follows a log as it grows, until the signal aborts. */
export async function* follow(store: LogStore, growth: Growth, following: Following): AsyncGenerator<Step> {
  const { scope, tenant, matches, signal, clock = Date.now } = following;
  let at = following.from;
  let toldAt = clock();

  while (!signal.aborted) {
    const { size } = await store.state(scope, tenant);
    for await (const scanned of scan(store, scope, tenant, { from: at, to: size }, matches)) {
      for (const { stored } of scanned.matches) yield { revision: stored.index + 1n, stored };
      at = scanned.next;
      if (scanned.matches.length > 0) toldAt = clock();
      if (clock() - toldAt > BOOKMARK_MS) {
        yield { revision: at, stored: undefined };
        toldAt = clock();
      }
    }
    if (clock() - toldAt > BOOKMARK_MS) {
      yield { revision: at, stored: undefined };
      toldAt = clock();
    }
    await growth.next(tenant, POLL_MS, signal);
  }
}

/** Passes messages on, and gives up on a reader that takes longer than `ms` for one: WATCHER_TOO_SLOW. */
export async function* takenInTime<T>(messages: AsyncIterable<T>, ms: number): AsyncGenerator<T> {
  for await (const message of messages) {
    const offered = Date.now();
    yield message;
    if (Date.now() - offered > ms) throw reason('WATCHER_TOO_SLOW');
  }
}
