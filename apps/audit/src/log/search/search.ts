import type { Scope } from '@weir/context';
import type { EventFilter } from '@weir/contracts/audit';
import type { LeafRange } from '@weir/merkle';
import { matcher, matchesAll, type Matches } from '../../domain/event-filter.ts';
import { groupsOf } from '../../domain/search/terms.ts';
import { stretchesWithin, type TimeBounds } from '../../domain/search/times.ts';
import type { LogStore } from '../../store/log-store.ts';
import type { OpenedLog, RunSummary, SearchStore } from '../../store/search-store.ts';
import { candidateReader, matching, MOST_EVENTS, type CandidateReader, type Step } from './candidate-reader.ts';
import { partsOf, type Part } from './gaps.ts';
import { hashGroups, lookUp, type HashGroups } from './look-up.ts';
import type { RecentEvents } from './recent-events.ts';
import { boundsOf, coverage, within, type Stretches } from './run-matches.ts';

/** What to search, and where. */
export interface Search {
  readonly scope: Scope;
  readonly tenant: string;
  /** Not included; undefined for the end of the log. */
  readonly to: bigint | undefined;
  readonly filter: EventFilter;
  /** How many events are wanted. */
  readonly size: number;
}

interface Stores {
  readonly store: LogStore;
  readonly searches: SearchStore;
  readonly recent: RecentEvents;
}

/** Events that no run covers and that are read to be known from then on, at most. */
const RECENT = 1_024;
/** Look-ups of a hash in a run that are made at once: few at first, since the newest runs mostly fill a page. */
const LOOK_UPS = { first: 6, most: 192 } as const;

type RunPart = Part<RunSummary> & { run: RunSummary };

/** The events that match, newest first, step by step. */
export async function* search(stores: Stores, query: Search): AsyncGenerator<Step> {
  const { filter } = query;
  const groups = hashGroups(groupsOf(filter));
  const matches = matcher(filter);
  const candidates = candidateReader({ ...stores, ...query, matches });
  const finder: Finder = { ...stores, ...query, groups, bounds: boundsOf(filter), matches, candidates };
  const { runs, to } = await open(finder);
  const parts = partsOf(runs, to).reverse();
  let lookUps: number = LOOK_UPS.first;
  while (parts.length > 0) {
    const batch = takeRuns(parts, finder.bounds, Math.ceil(lookUps / Math.max(1, groups.flat().length)));
    if (batch.length > 0) {
      yield* searchRuns(finder, batch);
      lookUps = LOOK_UPS.most;
    }
    const part = parts[0];
    if (part && !part.run) yield* searchGap(finder, parts.shift() ?? part);
  }
  yield* candidates.finish();
}

async function open({ searches, recent, scope, tenant, to, filter }: Finder): Promise<OpenedLog> {
  // Where everything matches, knowing more about it helps nobody.
  if (matchesAll(filter)) return searches.open(scope, tenant, { to, known: 0n, most: 0 });
  const known = recent.known(tenant);
  const opened = await searches.open(scope, tenant, { to, known, most: RECENT });
  recent.add(tenant, known, opened);
  return opened;
}

interface Finder extends Stores, Search {
  readonly groups: HashGroups;
  readonly bounds: TimeBounds;
  readonly matches: Matches;
  readonly candidates: CandidateReader;
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

async function* searchRuns(finder: Finder, parts: readonly RunPart[]): AsyncGenerator<Step> {
  const { searches, scope, tenant, bounds, groups, candidates } = finder;
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
    else {
      const positions = within(found(Number(part.end - part.start)), stretchesIn(part.start));
      yield* candidates.read(part.start, positions, cost);
    }
  }
}

/** Searches what no run covers: in memory where it is known. */
async function* searchGap(finder: Finder, part: LeafRange): AsyncGenerator<Step> {
  const known = finder.recent.find(finder.tenant, part, finder);
  if (!known) yield* scanPart(finder, part);
  else {
    const positions = known.map((index) => Number(index - part.start));
    yield* finder.candidates.read(part.start, positions, 0);
  }
}

/** Reads the stretches of a run in which events may be of the right time; all of it where they are not known. */
async function* scanStretches(finder: Finder, { start, end }: RunPart, stretches: Stretches): AsyncGenerator<Step> {
  yield* finder.candidates.finish();
  for (const stretch of stretches?.toReversed() ?? [{ start: 0, end: Number(end - start) }]) {
    const from = start + BigInt(stretch.start);
    const to = start + BigInt(stretch.end);
    if (from < end) yield* scanPart(finder, { start: from, end: to < end ? to : end });
  }
  yield { matches: [], next: start, cost: 0 };
}

/** Reads all of a range from the newest, a few hundred at a time. */
async function* scanPart(finder: Finder, { start, end }: LeafRange): AsyncGenerator<Step> {
  yield* finder.candidates.finish();
  const { store, scope, tenant, matches, size } = finder;
  let limit = Math.min(size + 1, MOST_EVENTS);
  for (let to = end; to > start; limit = Math.min(limit * 2, MOST_EVENTS)) {
    const events = await store.newest(scope, tenant, { from: start, to, limit });
    to = events.length < limit ? start : (events.at(-1)?.index ?? start);
    yield { matches: matching(events, matches), next: to, cost: events.length };
  }
}
