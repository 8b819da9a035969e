import { reason, type WeirError } from '@weir/errors';
import { hashLeafInput, leafHash, type Hash } from '@weir/merkle';
import { isSame, stampOf, type Entry, type StoredEvent } from './entry.ts';
import { leafSpace, type LeafSpace } from './leaf-space.ts';
import type { LogState } from './log-state.ts';
import { tileTower, type Tile, type TileTower } from './tile-tower.ts';

/** Entries that are recorded together or not at all. */
export type Submission = readonly Entry[];

/** Where an entry is. */
export interface Placement {
  readonly index: bigint;
  readonly leafHash: Hash;
  readonly alreadyRecorded: boolean;
}

/** What the writer of some logs has found once it held their locks. */
export interface Locked {
  /** Where the log of a tenant ends; undefined when its lock is not held. */
  readonly logs: { get(tenant: string): LogState | undefined };
  /** Events that are recorded already, by `keyOf` of the entries that ask for their ids. */
  readonly known: ReadonlyMap<string, Pick<StoredEvent, 'index' | 'bytes'>>;
}

/** An entry with its place, ready to be stored. */
export interface AppendedEvent {
  readonly entry: Entry;
  readonly index: bigint;
  readonly recordedAt: Date;
  readonly bytes: Buffer;
  /** Where its bytes begin in those of the plan. */
  readonly start: number;
}

/** What is to be written, all of it or nothing. */
export interface AppendPlan {
  readonly events: readonly AppendedEvent[];
  /** What the bytes of all events are in. */
  readonly bytes: Buffer;
  readonly tiles: readonly (Tile & { tenant: string })[];
  /** The logs that grow, as they are afterwards. */
  readonly logs: readonly LogState[];
  /** One per submission: where its entries are, or why none of them was recorded. */
  readonly outcomes: readonly (readonly Placement[] | WeirError)[];
}

/** What an event is known by: its tenant and its id. */
export const keyOf = ({ tenant, id }: Pick<Entry, 'tenant' | 'id'>): string => `${tenant}/${id}`;

/** An append that is planned while what it writes is still gathered. */
export interface Planner {
  /** Gives every entry of a submission its place. An id that is in use refuses its own submission only. */
  add(submission: Submission): void;
  /** The plan; nothing is added after it. */
  finish(): AppendPlan;
}

/** Gives every entry its place, submission by submission. */
export function planAppend(submissions: readonly Submission[], locked: Locked, now: Date): AppendPlan {
  const planner = startPlan(locked, () => now);
  for (const submission of submissions) planner.add(submission);
  return planner.finish();
}

/** Starts a plan on logs as they are; each is recorded at the time when the first entry of its log is added. */
export function startPlan({ logs, known }: Locked, clock: () => Date): Planner {
  const space = leafSpace();
  const writers = new Map<string, LogWriter>();
  const outcomes: (readonly Placement[] | WeirError)[] = [];

  function repeatOf(entry: Entry): Placement | 'reused' | undefined {
    const stored = known.size > 0 ? known.get(keyOf(entry)) : undefined;
    if (stored) return isSame(stored.bytes, entry) ? repeated(stored.index, leafHash(stored.bytes)) : 'reused';
    const earlier = writers.get(entry.tenant)?.placed.get(entry.id);
    if (!earlier) return undefined;
    const { index, leafHash: hash } = earlier.placement;
    return earlier.entry.body.equals(entry.body) ? repeated(index, hash) : 'reused';
  }

  function writerOf({ tenant }: Entry): LogWriter {
    const writing = writers.get(tenant);
    if (writing) return writing;
    const state = logs.get(tenant);
    if (!state) throw new Error(`the log of ${tenant} is not locked`);
    const writer = logWriter(state, clock(), space);
    writers.set(tenant, writer);
    return writer;
  }

  return {
    add(entries) {
      const repeats = entries.map(repeatOf);
      const refused = entries.find((_, at) => repeats[at] === 'reused');
      const place = (entry: Entry, at: number): Placement => {
        const repeat = repeats[at];
        return repeat === undefined || repeat === 'reused' ? writerOf(entry).append(entry) : repeat;
      };
      outcomes.push(refused ? idReused(refused) : entries.map(place));
    },
    finish: () => planOf([...writers.values()], space.used(), outcomes),
  };
}

const planOf = (grown: readonly LogWriter[], bytes: Buffer, outcomes: AppendPlan['outcomes']): AppendPlan => ({
  events: grown.flatMap(({ events }) => events),
  bytes,
  tiles: grown.flatMap(({ state, tower }) => tower.takeTiles().map((tile) => ({ ...tile, tenant: state.tenant }))),
  logs: grown.map(({ state, tower, recordedAt }) => ({
    ...state,
    size: tower.size,
    partials: tower.partials,
    recordedAt,
  })),
  outcomes,
});

interface LogWriter {
  readonly state: LogState;
  readonly tower: TileTower;
  readonly recordedAt: Date;
  readonly events: AppendedEvent[];
  /** What was appended, by id. */
  readonly placed: ReadonlyMap<string, { readonly entry: Entry; readonly placement: Placement }>;
  append(entry: Entry): Placement;
}

function logWriter(state: LogState, now: Date, space: LeafSpace): LogWriter {
  const tower = tileTower(state.size, state.partials);
  // A clock that was set back must not make the log run backwards.
  const recordedAt = now > state.recordedAt ? now : state.recordedAt;
  const stamp = stampOf(recordedAt);
  const events: AppendedEvent[] = [];
  const placed = new Map<string, { entry: Entry; placement: Placement }>();
  return {
    state,
    tower,
    recordedAt,
    events,
    placed,
    append(entry) {
      const index = tower.size;
      const { input, start } = space.put(entry.body, stamp);
      const hash = hashLeafInput(input);
      tower.append(hash);
      events.push({ entry, index, recordedAt, bytes: input.subarray(1), start: start + 1 });
      const placement = { index, leafHash: hash, alreadyRecorded: false };
      placed.set(entry.id, { entry, placement });
      return placement;
    },
  };
}

const repeated = (index: bigint, hash: Hash): Placement => ({ index, leafHash: hash, alreadyRecorded: true });

const idReused = ({ tenant, id }: Entry): WeirError => reason('EVENT_ID_REUSED', { id, tenant: `tenants/${tenant}` });
