import { Event } from '@weir/contracts/audit';
import type { LeafRange } from '@weir/merkle';
import { LRUCache } from 'lru-cache';
import { termHash, termsOf } from '../../domain/search/terms.ts';
import type { TimeBounds } from '../../domain/search/times.ts';
import type { OpenedLog, RecentBytes } from '../../store/search-store.ts';
import { rangeOf } from './gaps.ts';
import type { HashGroups } from './look-up.ts';

/**
 * What the newest events of logs can be found by, until a run covers them: kept in memory for the logs that were queried
 * last, since reading a thousand events anew for every page is most of its work. Where they are is all that it says; the
 * events themselves are read from the log.
 */
export interface RecentEvents {
  /** Below which index the events of a log are known, from wherever no run covers them. */
  known(tenant: string): bigint;
  /** Takes in what was read when a log was opened, told that this much was known. */
  add(tenant: string, known: bigint, opened: OpenedLog): void;
  /** The indexes in a range of a log, from the newest, of what may match; undefined where not all of it is known. */
  find(tenant: string, range: LeafRange, query: RecentQuery): bigint[] | undefined;
}

/** What to look for. */
export interface RecentQuery {
  readonly groups: HashGroups;
  readonly bounds: TimeBounds;
}

interface Recent {
  readonly index: bigint;
  readonly time: number;
  readonly hashes: readonly number[];
}

/** The events in [from, to) that are left. */
interface RecentLog {
  readonly from: bigint;
  readonly to: bigint;
  readonly events: readonly Recent[];
}

/** Logs that are kept: each takes less than a megabyte. */
const LOGS = 64;

/** Nothing is known yet. */
export function recentEvents(): RecentEvents {
  const logs = new LRUCache<string, RecentLog>({ max: LOGS });
  return {
    known: (tenant) => logs.get(tenant)?.to ?? 0n,
    add(tenant, known, opened) {
      const log = extended(logs.get(tenant), known, opened);
      if (log) logs.set(tenant, log);
      else logs.delete(tenant);
    },
    find(tenant, { start, end }, query) {
      const log = logs.get(tenant);
      if (!log || start < log.from || end > log.to) return undefined;
      const mayMatch = matcherOf(query);
      const inRange = log.events.filter((event) => event.index >= start && event.index < end && mayMatch(event));
      return inRange.map(({ index }) => index).reverse();
    },
  };
}

function extended(log: RecentLog | undefined, known: bigint, opened: OpenedLog): RecentLog | undefined {
  const { to, size, runs, recent } = opened;
  // A log that has become shorter than what was known of it is another one.
  const before = known > size ? undefined : log;
  if (!recent.events) return before;
  const covered = runs.reduce((end, run) => max(end, rangeOf(run).end), 0n);
  const isContinued = before !== undefined && before.from <= recent.from && recent.from <= before.to;
  // What was left out since it was known has been forgotten meanwhile: all of it is read next time.
  if (!isContinued && recent.from > covered) return undefined;
  const base = isContinued ? before : { from: recent.from, to: recent.from, events: [] };
  const added = recent.events.filter(({ index }) => index >= base.to).map(toRecent);
  const from = max(base.from, covered);
  return { from, to: max(base.to, to), events: [...base.events, ...added].filter(({ index }) => index >= from) };
}

const max = (a: bigint, b: bigint): bigint => (a > b ? a : b);

function toRecent({ index, bytes }: RecentBytes): Recent {
  const event = Event.decode(bytes);
  return { index, time: event.time?.getTime() ?? 0, hashes: termsOf(event).map(termHash) };
}

function matcherOf({ groups, bounds: { from = -Infinity, to = Infinity } }: RecentQuery): (event: Recent) => boolean {
  const wanted = groups.map((group) => new Set(group));
  return ({ time, hashes }) =>
    time >= from && time < to && wanted.every((group) => hashes.some((hash) => group.has(hash)));
}
