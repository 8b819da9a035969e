import type { Scope } from '@weir/context';
import type { AppendPlan, Submission } from '../domain/append.ts';
import type { FoundEvent, StoredEvent } from '../domain/entry.ts';
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

/** Entries on their way into their logs. */
export interface Append {
  /** Adds entries that are recorded together or not at all. */
  add(submission: Submission): void;
  /**
   * Writes what was added: all of it, durably, or nothing. Appends to the same log, here or in another process, wait for
   * one another. Returns what was written; what became of each submission is in it, in their order.
   */
  write(): Promise<AppendPlan>;
}

/** Where the logs are kept. A log that nothing was written to is empty. */
export interface LogStore {
  /** Starts an append to logs. One may gather while another one is written; they are written in turn. */
  startAppend(clock: () => Date): Append;
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
