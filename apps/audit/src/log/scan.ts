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

const CHUNK = 500;

/** The events of a range that match, in order, read a few hundred at a time. */
export async function* scan(
  store: LogStore,
  scope: Scope,
  tenant: string,
  range: Omit<EventRange, 'limit'>,
  matches: Matches,
): AsyncGenerator<Match> {
  let { from, to } = range;
  while (from < to) {
    const events = await store.events(scope, tenant, { ...range, from, to, limit: CHUNK });
    for (const stored of events) {
      const event = Event.decode(stored.bytes);
      if (matches(event)) yield { stored, event };
    }
    const last = events.at(-1);
    if (!last || events.length < CHUNK) return;
    if (range.order === 'oldest first') from = last.index + 1n;
    else to = last.index;
  }
}
