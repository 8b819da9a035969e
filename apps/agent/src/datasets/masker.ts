import type { Column } from '@weir/contracts/agent';
import type { Obligation } from '@weir/contracts/security';
import type { StoredDataset } from '../domain/dataset.ts';
import type { DataPreview, DataSource } from './dataset-reader.ts';

/** A copy of a dataset that is anonymised as a decision demands; gone once it is disposed. */
export interface MaskedCopy extends AsyncDisposable {
  readonly source: DataSource;
  /** Its columns; `masked` says which were changed. */
  readonly columns: Column[];
  readonly sizeBytes: bigint;
  /** 64 hex digits. The same for the same dataset, obligations and recognisers. */
  readonly sha256: string;
}

/** The first rows of a dataset that are wanted. */
export interface FirstRows {
  /** In this order; empty: all. */
  readonly columns: readonly string[];
  readonly maxRows: number;
}

/**
 * Anonymises what is handed out of datasets, at constant memory. It fails closed: there is no copy, and no row, before
 * all of it is anonymised and scanned again.
 */
export interface Masker {
  /** `source` is the content of the dataset, held meanwhile. */
  copy(
    stored: StoredDataset,
    source: DataSource,
    owed: readonly Obligation[],
    signal: AbortSignal,
  ): Promise<MaskedCopy>;
  /** The first rows, anonymised; the rest of the dataset is not read. */
  preview(
    stored: StoredDataset,
    source: DataSource,
    wanted: FirstRows,
    owed: readonly Obligation[],
    signal: AbortSignal,
  ): Promise<DataPreview>;
}
