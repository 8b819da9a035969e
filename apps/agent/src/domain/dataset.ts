import type { ColumnProfile, Dataset } from '@weir/contracts/agent';

/** A dataset and the file that it is made of. */
export interface StoredDataset {
  readonly dataset: Dataset;
  /** The id of the content: a new one each time the dataset is replaced. */
  readonly content: string;
  /** What was computed of this content before. */
  readonly profile: readonly ColumnProfile[] | undefined;
}

/** What may be replaced when a dataset is written. */
export interface Replacement {
  readonly overwrite: boolean;
  /** Of what is replaced; empty: whatever is there. */
  readonly etag: string;
}

/** "tenants/acme/datasets/flights" */
export const datasetName = (tenant: string, id: string): string => `tenants/${tenant}/datasets/${id}`;
