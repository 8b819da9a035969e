import { reason, type WeirError } from '@weir/errors';
import { hashLeafInput, leafHash, LEAF_PREFIX, type Hash } from '@weir/merkle';
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
  /** A part of the bytes of the plan. */
  readonly bytes: Buffer;
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

/** Gives every entry its place, submission by submission. An id that is in use refuses its own submission only. */
export function planAppend(submissions: readonly Submission[], { logs, known }: Locked, now: Date): AppendPlan {
  const space = leafSpace(submissions);
  const writers = new Map([...logs].map(([tenant, state]) => [tenant, logWriter(state, now, space)]));

  function repeatOf(entry: Entry): Placement | 'reused' | undefined {
    const stored = known.size > 0 ? known.get(keyOf(entry)) : undefined;
    if (stored) return isSame(stored.bytes, entry) ? repeated(stored.index, leafHash(stored.bytes)) : 'reused';
    const earlier = writers.get(entry.tenant)?.placed.get(entry.id);
    if (!earlier) return undefined;
    const { index, leafHash: hash } = earlier.placement;
    return earlier.entry.body.equals(entry.body) ? repeated(index, hash) : 'reused';
  }

  function place(entry: Entry): Placement {
    const writer = writers.get(entry.tenant);
    if (!writer) throw new Error(`the log of ${entry.tenant} is not locked`);
    return writer.append(entry);
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
    bytes: space.used(),
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
      const input = space.put(entry.body, stamp);
      const hash = hashLeafInput(input);
      tower.append(hash);
      events.push({ entry, index, recordedAt, bytes: input.subarray(1) });
      const placement = { index, leafHash: hash, alreadyRecorded: false };
      placed.set(entry.id, { entry, placement });
      return placement;
    },
  };
}

/** Where the bytes of a batch are put together, once: they are hashed there and sent to the database from there. */
interface LeafSpace {
  /** What was put. */
  used(): Buffer;
  /** Puts the bytes of an event behind the last ones; returns what its leaf hash is taken of. */
  put(body: Buffer, stamp: Buffer): Buffer;
}

/** Longer than any stamp. */
const STAMP_SPACE = 24;

function leafSpace(submissions: readonly Submission[]): LeafSpace {
  let size = 0;
  for (const entries of submissions) for (const { body } of entries) size += 1 + body.length + STAMP_SPACE;
  const bytes = Buffer.allocUnsafeSlow(size);
  let end = 0;
  return {
    used: () => bytes.subarray(0, end),
    put(body, stamp) {
      const start = end;
      bytes[end] = LEAF_PREFIX;
      body.copy(bytes, end + 1);
      stamp.copy(bytes, end + 1 + body.length);
      end += 1 + body.length + stamp.length;
      return bytes.subarray(start, end);
    },
  };
}

const repeated = (index: bigint, hash: Hash): Placement => ({ index, leafHash: hash, alreadyRecorded: true });

const idReused = ({ tenant, id }: Entry): WeirError => reason('EVENT_ID_REUSED', { id, tenant: `tenants/${tenant}` });
