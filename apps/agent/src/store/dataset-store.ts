import type { Scope } from '@weir/context';
import type { ColumnProfile, Dataset } from '@weir/contracts/agent';
import type { DataFormat } from '@weir/contracts/registry';
import type { Replacement, StoredDataset } from '../domain/dataset.ts';

/** Which datasets to list. */
export interface DatasetFilter {
  readonly tenant: string;
  readonly formats: readonly DataFormat[];
  readonly text: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly runId: string;
}

/** The datasets of tenants; those whose time has come are not found. */
export interface DatasetStore {
  /** By its name. */
  find(scope: Scope, name: string): Promise<StoredDataset | undefined>;
  /** By id, ascending, from the one after `after`. */
  list(scope: Scope, filter: DatasetFilter, after: string, limit: number): Promise<Dataset[]>;
  /**
   * Makes a content that has arrived the dataset of its name; what it replaces becomes garbage. Its `etag` and times
   * are set here. Throws DATASET_EXISTS or ETAG_MISMATCH as `replacement` says.
   */
  put(scope: Scope, dataset: Dataset, content: string, replacement: Replacement): Promise<Dataset>;
  /** Throws DATASET_EXISTS or ETAG_MISMATCH if `put` would now. */
  checkPut(scope: Scope, name: string, replacement: Replacement): Promise<void>;
  /** Deletes a dataset as it is at this moment; its content becomes garbage. Undefined when the etag is another. */
  remove(scope: Scope, name: string, etag: string): Promise<Dataset | undefined>;
  /** Keeps the profile of a content. */
  keepProfile(scope: Scope, name: string, content: string, profile: readonly ColumnProfile[]): Promise<void>;
  /** Deletes what has expired, of every tenant of the scope. */
  removeExpired(scope: Scope): Promise<number>;
}
