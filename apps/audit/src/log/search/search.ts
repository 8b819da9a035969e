import type { Scope } from '@weir/context';
import { Event, type EventFilter } from '@weir/contracts/audit';
import { matcher, type Matches } from '../../domain/event-filter.ts';
import { groupsOf } from '../../domain/search/terms.ts';
import { stretchesWithin, type TimeBounds } from '../../domain/search/times.ts';
import type { LogStore } from '../../store/log-store.ts';
import type { RunSummary, SearchStore } from '../../store/search-store.ts';
import { scan, type Match } from '../scan.ts';
import { partsOf, type Part } from './gaps.ts';
import { hashGroups, lookUp, type Found, type HashGroups } from './look-up.ts';
import { boundsOf, coverage, within, type Stretches } from './run-matches.ts';

/** What to search, and where. */
export interface Search {
  readonly scope: Scope;
  readonly tenant: string;
  /** Not included. */
  readonly to: bigint;
  readonly filter: EventFilter;
}

/** What was found so far, newest first. */
export interface Step {
  readonly matches: readonly Match[];
  /** All matches from here on have been found. */
  readonly next: bigint;
  /** What finding them took, in events read; a look-up counts as several. */
  readonly cost: number;
}

interface Stores {
  readonly store: LogStore;
  readonly searches: SearchStore;
}

/** Candidates that are read at once. */
const CHUNK = 64;
/** Look-ups of a hash in a run that are made at once: few at first, since the newest runs mostly fill a page. */
const LOOK_UPS = { first: 6, most: 192 } as const;

type RunPart = Part<RunSummary> & { run: RunSummary };

/** The events that match, newest first, step by step. */
export async function* search(stores: Stores, query: Search): AsyncGenerator<Step> {
  const { scope, tenant, to, filter } = query;
  const finder: Finder = { ...stores, ...query, bounds: boundsOf(filter), matches: matcher(filter) };
  const groups = hashGroups(groupsOf(filter));
  const runs = await stores.searches.runs(scope, tenant, to);
  const parts = partsOf(runs, to).reverse();
  let lookUps: number = LOOK_UPS.first;
  while (parts.length > 0) {
    const batch = takeRuns(parts, finder.bounds, Math.ceil(lookUps / Math.max(1, groups.flat().length)));
    if (batch.length > 0) {
      yield* searchRuns(finder, batch, groups);
      lookUps = LOOK_UPS.most;
    }
    const part = parts[0];
    if (part && !part.run) yield* scanPart(finder, parts.shift() ?? part);
  }
}

interface Finder extends Stores, Search {
  readonly bounds: TimeBounds;
  readonly matches: Matches;
}

/** Takes the runs at the front, at most so many of those that may have a match. */
function takeRuns(parts: Part<RunSummary>[], bounds: TimeBounds, most: number): RunPart[] {
  const taken: RunPart[] = [];
  while (taken.length < most) {
    const { run, start, end } = parts[0] ?? {};
    if (!run || start === undefined || end === undefined) break;
    parts.shift();
    if (coverage(run, bounds) !== 'none') taken.push({ run, start, end });
  }
  return taken;
}

async function* searchRuns(finder: Finder, parts: readonly RunPart[], groups: HashGroups): AsyncGenerator<Step> {
  const { searches, scope, tenant, bounds } = finder;
  const runs = parts.map(({ run }) => run);
  const partly = runs.filter((run) => coverage(run, bounds) === 'some');
  const times = new Map((await searches.times(scope, tenant, partly)).map((row) => [row.start, row.times]));
  const stretchesIn = (start: bigint): Stretches => {
    const own = times.get(start);
    return own && stretchesWithin(own, bounds);
  };
  if (groups.length === 0) {
    for (const part of parts) yield* scanStretches(finder, part, stretchesIn(part.start));
    return;
  }
  let at = 0;
  for await (const { found, cost } of lookUp(searches, finder, runs, groups)) {
    const part = parts[at++];
    if (!part) return;
    // A run that was merged or removed meanwhile: what it stood for is still there to be read.
    if (!found) yield* scanPart(finder, part);
    else yield* readFound(finder, part, found, stretchesIn(part.start), cost);
  }
}

/** Reads what look-ups have found in a run. */
async function* readFound(
  finder: Finder,
  { start, end }: RunPart,
  found: Found,
  stretches: Stretches,
  lookUpCost: number,
): AsyncGenerator<Step> {
  let cost = lookUpCost;
  let chunk: bigint[] = [];
  for (const position of within(found(Number(end - start)), stretches)) {
    chunk.push(start + BigInt(position));
    if (chunk.length < CHUNK) continue;
    yield await readChunk(finder, chunk, cost);
    chunk = [];
    cost = 0;
  }
  const last = await readChunk(finder, chunk, cost);
  yield { ...last, next: start };
}

async function readChunk({ store, scope, tenant, matches }: Finder, indexes: readonly bigint[], cost: number) {
  const events = indexes.length === 0 ? [] : await store.eventsAt(scope, tenant, indexes);
  const decoded = events.map((stored) => ({ stored, event: Event.decode(stored.bytes) }));
  const next = indexes.at(-1) ?? 0n;
  return { matches: decoded.filter(({ event }) => matches(event)), next, cost: cost + indexes.length };
}

/** Reads the stretches of a run in which events may be of the right time; all of it where they are not known. */
async function* scanStretches(finder: Finder, { start, end }: RunPart, stretches: Stretches): AsyncGenerator<Step> {
  for (const stretch of stretches?.toReversed() ?? [{ start: 0, end: Number(end - start) }]) {
    const from = start + BigInt(stretch.start);
    const to = start + BigInt(stretch.end);
    if (from < end) yield* scanPart(finder, { start: from, end: to < end ? to : end });
  }
  yield { matches: [], next: start, cost: 0 };
}

async function* scanPart(
  { store, scope, tenant, matches }: Finder,
  { start, end }: Pick<RunPart, 'start' | 'end'>,
): AsyncGenerator<Step> {
  const range = { from: start, to: end, order: 'newest first' } as const;
  for await (const { matches: found, next, read } of scan(store, scope, tenant, range, matches)) {
    yield { matches: found, next, cost: read };
  }
}
