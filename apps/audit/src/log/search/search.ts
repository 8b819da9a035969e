import type { Scope } from '@weir/context';
import { Event, type EventFilter } from '@weir/contracts/audit';
import { matcher } from '../../domain/event-filter.ts';
import { groupsOf } from '../../domain/search/terms.ts';
import type { LogStore } from '../../store/log-store.ts';
import type { RunSummary, SearchStore } from '../../store/search-store.ts';
import { scan, type Match } from '../scan.ts';
import { partsOf, type Part } from './gaps.ts';
import { lookUp } from './look-up.ts';

/** What to search, and where. */
export interface Search {
  readonly scope: Scope;
  readonly tenant: string;
  /** Not included. */
  readonly to: bigint;
  readonly filter: EventFilter;
}

interface Stores {
  readonly store: LogStore;
  readonly searches: SearchStore;
}

/** Events that are read at once. */
const CHUNK = 100;
/** Runs that are looked up at once: few at first, since the newest mostly fill a page. */
const BATCHES = { first: 1, last: 64, growth: 4 } as const;

/** The events that match, newest first, some at a time. */
export async function* search(stores: Stores, query: Search): AsyncGenerator<readonly Match[]> {
  const { scope, tenant, to, filter } = query;
  const groups = groupsOf(filter);
  const runs = await stores.searches.runs(scope, tenant, to);
  const parts = partsOf(runs, to)
    .filter(({ run }) => !run || mayMatch(run, filter))
    .reverse();

  let size: number = BATCHES.first;
  while (parts.length > 0) {
    const indexed = groups.length === 0 ? 0 : parts.findIndex(({ run }) => !run);
    const batch = parts.splice(0, Math.max(1, Math.min(size, indexed < 0 ? parts.length : indexed)));
    const first = batch[0];
    if (!first) return;
    if (first.run && groups.length > 0) {
      yield* searchRuns(stores, query, batch, groups);
      size = Math.min(size * BATCHES.growth, BATCHES.last);
    } else yield* scanPart(stores, query, first);
  }
}

/** Whether the times of a run leave room for a match. */
function mayMatch({ firstTime, lastTime }: RunSummary, { startTime, endTime }: EventFilter): boolean {
  if (firstTime === undefined || lastTime === undefined) return false;
  return (!startTime || lastTime >= startTime.getTime()) && (!endTime || firstTime < endTime.getTime());
}

async function* scanPart({ store }: Stores, { scope, tenant, filter }: Search, { start, end }: Part<RunSummary>) {
  const range = { from: start, to: end, order: 'newest first' } as const;
  for await (const { matches } of scan(store, scope, tenant, range, matcher(filter))) yield matches;
}

async function* searchRuns(
  stores: Stores,
  query: Search,
  parts: readonly Part<RunSummary>[],
  groups: readonly (readonly string[])[],
): AsyncGenerator<readonly Match[]> {
  const { scope, tenant, filter } = query;
  const matches = matcher(filter);
  const runs = parts.map(({ run }) => run).filter((run) => run !== undefined);
  const found = await lookUp(stores.searches, scope, tenant, runs, groups);
  for (const [at, part] of parts.entries()) {
    const indexes = found[at]?.filter((index) => index < part.end);
    // The run was merged or removed meanwhile: what it stood for is still there to be read.
    if (!indexes) yield* scanPart(stores, query, part);
    for (let from = 0; indexes && from < indexes.length; from += CHUNK) {
      const events = await stores.store.eventsAt(scope, tenant, indexes.slice(from, from + CHUNK));
      const decoded = events.map((stored) => ({ stored, event: Event.decode(stored.bytes) }));
      yield decoded.filter(({ event }) => matches(event));
    }
  }
}
