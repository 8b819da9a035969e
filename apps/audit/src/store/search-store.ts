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

/** A log as a page finds it, up to an index. */
export interface OpenedLog {
  /** How far it is looked at, not included. */
  readonly to: bigint;
  /** How far it goes. */
  readonly size: bigint;
  readonly runs: readonly RunSummary[];
  /** The events in [from, to), by index; undefined where they are too many. */
  readonly recent: { readonly from: bigint; readonly events: readonly RecentBytes[] | undefined };
}

/** An event that no run covers. */
export interface RecentBytes {
  readonly index: bigint;
  readonly bytes: Buffer;
}

/** What is known of a log by who opens it. */
export interface OpeningOptions {
  /** Not included; undefined for all of it. */
  readonly to: bigint | undefined;
  /** Events below it need not be read, if no run covers them. */
  readonly known: bigint;
  /** How many events may be read. */
  readonly most: number;
}

/** Where the postings of a hash are in a run. */
export interface FoundPlace extends PostingsPlace {
  readonly hash: number;
  /** Undefined where they are to be asked for. */
  readonly postings: Buffer | undefined;
}

/** What a look-up came to. */
export interface FoundPlaces {
  /** The runs that are there, by start. */
  readonly present: ReadonlySet<bigint>;
  /** In the runs that have a hash of every group. */
  readonly places: readonly FoundPlace[];
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
  /** A log up to an index: its runs, and what none covers. */
  open(scope: Scope, tenant: string, options: OpeningOptions): Promise<OpenedLog>;
  /** Looks up hashes in runs, with the postings as far as some bytes go. */
  find(
    scope: Scope,
    tenant: string,
    runs: readonly RunName[],
    groups: readonly (readonly number[])[],
    mostBytes: number,
  ): Promise<FoundPlaces>;
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
