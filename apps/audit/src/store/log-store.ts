import type { Scope } from '@weir/context';
import type { AppendPlan, Locked } from '../domain/append.ts';
import type { Entry, FoundEvent, StoredEvent } from '../domain/entry.ts';
import type { LogState } from '../domain/log-state.ts';
import type { Tile } from '../domain/tile-tower.ts';

/** Where a tile is. */
export type TileName = Pick<Tile, 'level' | 'number'>;

/** Which part of a log to read. */
export interface EventRange {
  readonly from: bigint;
  /** Not included. */
  readonly to: bigint;
  readonly limit: number;
}

/** A head that was signed. */
export interface KeptCheckpoint {
  readonly size: bigint;
  readonly note: string;
}

/** Where the logs are kept. A log that nothing was written to is empty. */
export interface LogStore {
  /**
   * Locks the logs of these entries, finds which of them are recorded, and writes what `plan` makes of that: all of it,
   * durably, or nothing. Appends to the same log, here or in another process, wait for one another.
   */
  append(entries: readonly Entry[], plan: (locked: Locked) => AppendPlan): Promise<AppendPlan>;
  /** Runs work in one transaction: what is read and written for this scope costs one trip each, and not three. */
  together<T>(scope: Scope, work: () => Promise<T>): Promise<T>;
  state(scope: Scope, tenant: string): Promise<LogState>;
  /** Events by index. Removed ones are left out. */
  events(scope: Scope, tenant: string, range: EventRange): Promise<StoredEvent[]>;
  /** The same from the newest. */
  newest(scope: Scope, tenant: string, range: EventRange): Promise<FoundEvent[]>;
  /** The events at some indexes, newest first. Removed ones are left out. */
  eventsAt(scope: Scope, tenant: string, indexes: readonly bigint[]): Promise<FoundEvent[]>;
  eventById(scope: Scope, tenant: string, id: string): Promise<StoredEvent | undefined>;
  /** Whole tiles, in any order; what is not there is left out. */
  tiles(scope: Scope, tenant: string, names: readonly TileName[]): Promise<Tile[]>;
  /** The largest head that was signed. */
  lastCheckpoint(scope: Scope, tenant: string): Promise<KeptCheckpoint | undefined>;
  /** The heads that were signed, by ascending size, from a size on. */
  checkpoints(scope: Scope, tenant: string, from: bigint, limit: number): Promise<KeptCheckpoint[]>;
  keepCheckpoint(scope: Scope, tenant: string, checkpoint: KeptCheckpoint): Promise<void>;
}
