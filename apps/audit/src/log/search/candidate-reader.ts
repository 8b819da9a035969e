import type { Scope } from '@weir/context';
import { Event } from '@weir/contracts/audit';
import type { FoundEvent } from '../../domain/entry.ts';
import type { Matches } from '../../domain/event-filter.ts';
import type { LogStore } from '../../store/log-store.ts';

/** An event that matches, decoded. */
export interface Found {
  readonly stored: FoundEvent;
  readonly event: Event;
}

/** What was found so far, newest first. */
export interface Step {
  readonly matches: readonly Found[];
  /** All matches from here on have been found. */
  readonly next: bigint;
  /** What finding them took, in events read; a look-up counts as several. */
  readonly cost: number;
}

/** Reads events from where they may be, several at a time: what is rare has few in each run. */
export interface CandidateReader {
  /** Takes what may match from an index on, as positions after it that descend, and what finding them took. */
  read(start: bigint, positions: Iterable<number>, cost: number): AsyncGenerator<Step>;
  /** Reads what is left. */
  finish(): AsyncGenerator<Step>;
}

/** What a reader works with. */
export interface CandidateReaderOptions {
  readonly store: LogStore;
  readonly scope: Scope;
  readonly tenant: string;
  readonly matches: Matches;
  /** How many events are wanted: one more is read at first, which tells whether there are more. */
  readonly size: number;
}

/** Events that are read at once. */
export const MOST_EVENTS = 512;
/** What may be spent before whoever asked hears of it, to end a page early. */
const MOST_COST = 512;

/** Starts with nothing to read. */
export function candidateReader({ store, scope, tenant, matches, size }: CandidateReaderOptions): CandidateReader {
  let most = Math.min(size + 1, MOST_EVENTS);
  let indexes: bigint[] = [];
  let reached = 0n;
  let spent = 0;

  async function readUpTo(next: bigint): Promise<Step> {
    const events = indexes.length > 0 ? await store.eventsAt(scope, tenant, indexes) : [];
    const step = { matches: matching(events, matches), next, cost: spent + indexes.length };
    [indexes, spent] = [[], 0];
    return step;
  }

  return {
    async *read(start, positions, cost) {
      spent += cost;
      for (const position of positions) {
        const index = start + BigInt(position);
        indexes.push(index);
        if (indexes.length < most) continue;
        yield await readUpTo(index);
        most = Math.min(most * 2, MOST_EVENTS);
      }
      reached = start;
      if (indexes.length === 0 || spent > MOST_COST) yield await readUpTo(start);
    },
    async *finish() {
      if (indexes.length > 0) yield await readUpTo(reached);
    },
  };
}

/** Those of some events that match. */
export const matching = (events: readonly FoundEvent[], matches: Matches): Found[] =>
  events.map((stored) => ({ stored, event: Event.decode(stored.bytes) })).filter(({ event }) => matches(event));
