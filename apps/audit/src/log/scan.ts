import type { Scope } from '@weir/context';
import { Event } from '@weir/contracts/audit';
import type { StoredEvent } from '../domain/entry.ts';
import type { Matches } from '../domain/event-filter.ts';
import type { EventRange, LogStore } from '../store/log-store.ts';

/** An event that matches, decoded. */
export interface Match {
  readonly stored: StoredEvent;
  readonly event: Event;
}

/** A part of a log that was read. */
export interface Scanned {
  readonly matches: readonly Match[];
  /** The next index to be read. */
  readonly next: bigint;
}

/** Events that are read at once: few at first, for whoever needs no more. */
const CHUNK = { first: 64, most: 512, growth: 2 } as const;

/** The events of a range that match, in order, a few hundred read at a time. */
export async function* scan(
  store: LogStore,
  scope: Scope,
  tenant: string,
  range: Omit<EventRange, 'limit'>,
  matches: Matches,
): AsyncGenerator<Scanned> {
  const { to } = range;
  let { from } = range;
  let limit: number = CHUNK.first;
  while (from < to) {
    const events = await store.events(scope, tenant, { from, to, limit });
    const last = events.length < limit ? undefined : events.at(-1);
    from = last ? last.index + 1n : to;
    const decoded = events.map((stored) => ({ stored, event: Event.decode(stored.bytes) }));
    yield { matches: decoded.filter(({ event }) => matches(event)), next: from };
    limit = Math.min(limit * CHUNK.growth, CHUNK.most);
  }
}
