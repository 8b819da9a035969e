import type { DataFormat } from '@weir/contracts/registry';

/** What the reader process is asked, over its IPC channel. Messages of the contract travel encoded. */
export interface ReaderRequest {
  readonly id: number;
  readonly path: string;
  readonly format: DataFormat;
  /** An encoded CsvOptions. */
  readonly csv: Uint8Array | undefined;
  /** For a preview: which columns, and how many rows. `copyTo`: they are written to that path and not answered. */
  readonly preview:
    { readonly columns: readonly string[]; readonly maxRows: number; readonly copyTo?: string } | undefined;
}

/** What it answers. */
export interface ReaderAnswer {
  readonly id: number;
  /** An encoded PreviewDatasetResponse. */
  readonly response?: Uint8Array;
  /** Why the file could not be read, without paths and data. */
  readonly problem?: string;
}
