import { reason, type WeirError } from '@weir/errors';
import { leafHash, type Hash } from '@weir/merkle';
import { isSame, stampOf, type Entry, type StoredEvent } from './entry.ts';
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
  readonly logs: ReadonlyMap<string, LogState>;
  /** Events that are recorded already, by `keyOf` of the entries that ask for their ids. */
  readonly known: ReadonlyMap<string, Pick<StoredEvent, 'index' | 'bytes'>>;
}

/** An entry with its place, ready to be stored. */
export interface AppendedEvent {
  readonly entry: Entry;
  readonly index: bigint;
  readonly recordedAt: Date;
  readonly bytes: Buffer;
}

/** What is to be written, all of it or nothing. */
export interface AppendPlan {
  readonly events: readonly AppendedEvent[];
  readonly tiles: readonly (Tile & { tenant: string })[];
  /** The logs that grow, as they are afterwards. */
  readonly logs: readonly LogState[];
  /** One per submission: where its entries are, or why none of them was recorded. */
  readonly outcomes: readonly (readonly Placement[] | WeirError)[];
}

/** What an event is known by: its tenant and its id. */
export const keyOf = ({ tenant, id }: Pick<Entry, 'tenant' | 'id'>): string => `${tenant}/${id}`;

/** Gives every entry its place, submission by submission. An id that is in use refuses its own submission only. */
export function planAppend(submissions: readonly Submission[], { logs, known }: Locked, now: Date): AppendPlan {
  const writers = new Map([...logs].map(([tenant, state]) => [tenant, logWriter(state, now)]));
  const placed = new Map<string, { entry: Entry; placement: Placement }>();

  function repeatOf(entry: Entry): Placement | 'reused' | undefined {
    const stored = known.get(keyOf(entry));
    if (stored) return isSame(stored.bytes, entry) ? repeated(stored.index, leafHash(stored.bytes)) : 'reused';
    const earlier = placed.get(keyOf(entry));
    if (!earlier) return undefined;
    const { index, leafHash: hash } = earlier.placement;
    return earlier.entry.body.equals(entry.body) ? repeated(index, hash) : 'reused';
  }

  function place(entry: Entry): Placement {
    const writer = writers.get(entry.tenant);
    if (!writer) throw new Error(`the log of ${entry.tenant} is not locked`);
    const placement = writer.append(entry);
    placed.set(keyOf(entry), { entry, placement });
    return placement;
  }

  const outcomes = submissions.map((entries) => {
    const repeats = entries.map(repeatOf);
    const refused = entries.find((_, at) => repeats[at] === 'reused');
    if (refused) return idReused(refused);
    return entries.map((entry, at) => {
      const repeat = repeats[at];
      return repeat === undefined || repeat === 'reused' ? place(entry) : repeat;
    });
  });
  const grown = [...writers.values()].filter(({ events }) => events.length > 0);
  return {
    events: grown.flatMap(({ events }) => events),
    tiles: grown.flatMap(({ state, tower }) => tower.takeTiles().map((tile) => ({ ...tile, tenant: state.tenant }))),
    logs: grown.map(({ state, tower, recordedAt }) => ({
      ...state,
      size: tower.size,
      partials: tower.partials,
      recordedAt,
    })),
    outcomes,
  };
}

interface LogWriter {
  readonly state: LogState;
  readonly tower: TileTower;
  readonly recordedAt: Date;
  readonly events: AppendedEvent[];
  append(entry: Entry): Placement;
}

function logWriter(state: LogState, now: Date): LogWriter {
  const tower = tileTower(state.size, state.partials);
  // A clock that was set back must not make the log run backwards.
  const recordedAt = now > state.recordedAt ? now : state.recordedAt;
  const stamp = stampOf(recordedAt);
  const events: AppendedEvent[] = [];
  return {
    state,
    tower,
    recordedAt,
    events,
    append(entry) {
      const index = tower.size;
      const bytes = Buffer.concat([entry.body, stamp]);
      const hash = leafHash(bytes);
      tower.append(hash);
      events.push({ entry, index, recordedAt, bytes });
      return { index, leafHash: hash, alreadyRecorded: false };
    },
  };
}

const repeated = (index: bigint, hash: Hash): Placement => ({ index, leafHash: hash, alreadyRecorded: true });

const idReused = ({ tenant, id }: Entry): WeirError => reason('EVENT_ID_REUSED', { id, tenant: `tenants/${tenant}` });
