import type { Scope } from '@weir/context';

/** A file that nothing needs any more. */
export interface Garbage {
  readonly tenant: string;
  readonly content: string;
}

/** The files of datasets, who reads them, and what they count against the storage quota of their tenant. */
export interface ContentStore {
  /** Begins a content that this process writes. */
  begin(scope: Scope, tenant: string, content: string): Promise<void>;
  /**
   * Counts up to `bytes` in all for a content that arrives. False when the tenant would store more than `limit` bytes
   * (undefined: any number); nothing is changed then. Throws when the content was given up meanwhile.
   */
  count(scope: Scope, content: string, bytes: bigint, limit: bigint | undefined): Promise<boolean>;
  /** Makes garbage of those contents that still arrive, and answers which. */
  abandon(scope: Scope, contents: readonly string[]): Promise<string[]>;
  /** Bytes that the tenant stores, those that arrive included. */
  used(scope: Scope, tenant: string): Promise<bigint>;
  /** Keeps the file of a content until `release`; false when it is not there any more. `reader` is for people. */
  hold(scope: Scope, content: string, id: string, reader: string): Promise<boolean>;
  release(scope: Scope, id: string): Promise<void>;
  /** Garbage that nobody reads. */
  garbage(scope: Scope, limit: number): Promise<Garbage[]>;
  /** Forgets garbage whose file is gone, and frees its quota. */
  forget(scope: Scope, content: string): Promise<void>;
}
