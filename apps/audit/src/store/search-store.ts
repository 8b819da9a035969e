import type { Scope } from '@weir/context';
import type { LeafRange } from '@weir/merkle';
import type { RunLevel } from '../domain/search/run.ts';
import type { RunContent } from '../domain/search/run-builder.ts';

/** Which run it is. */
export interface RunName {
  readonly start: bigint;
  readonly level: RunLevel;
}

/** A run, without its terms. */
export interface RunSummary extends RunName {
  readonly firstTime: number | undefined;
  readonly lastTime: number | undefined;
}

/** A run whole. */
export type StoredRun = RunName & RunContent;

/** The keys around a term hash in one run. */
export interface KeySlice {
  readonly start: bigint;
  readonly hash: number;
  readonly keys: Buffer;
}

/** The times of the blocks of a run. */
export interface RunTimesRow {
  readonly start: bigint;
  readonly times: Buffer;
}

/** Which postings to read. */
export interface PostingsPlace extends RunName {
  readonly offset: number;
  readonly length: number;
}

/** Where queries look things up. */
export interface SearchStore {
  /** The runs of a log that begin below an index, by start. */
  runs(scope: Scope, tenant: string, below: bigint): Promise<RunSummary[]>;
  /** The keys around some hashes in some runs; runs that are gone are left out. */
  keys(scope: Scope, tenant: string, runs: readonly RunName[], hashes: readonly number[]): Promise<KeySlice[]>;
  /** The postings, in the order asked for; undefined where the run is gone. */
  postings(scope: Scope, tenant: string, places: readonly PostingsPlace[]): Promise<(Buffer | undefined)[]>;
  /** The times in runs; runs that are gone are left out. */
  times(scope: Scope, tenant: string, runs: readonly RunName[]): Promise<RunTimesRow[]>;
  /** Whole runs, by start. */
  read(scope: Scope, tenant: string, names: readonly RunName[]): Promise<StoredRun[]>;
  /**
   * Adds a run in place of others, unless events of its range were removed since `removed` of them were. False when
   * nothing was added.
   */
  add(tenant: string, run: StoredRun, range: LeafRange, removed: bigint): Promise<boolean>;
  /** The logs with events that no run covers. */
  behind(): Promise<string[]>;
}
