import type { Column, Row } from '@weir/contracts/agent';
import type { CsvOptions, DataFormat } from '@weir/contracts/registry';

/** A file and how it is read. */
export interface DataSource {
  readonly path: string;
  readonly format: DataFormat;
  readonly csv: CsvOptions | undefined;
}

/** What a file holds. */
export interface DataShape {
  readonly columns: Column[];
  readonly rowCount: bigint;
}

/** The first rows of a file. */
export interface DataPreview {
  readonly columns: Column[];
  readonly rows: Row[];
}

/** Reads files of datasets, outside of this process: a file that breaks its reader breaks nothing else. */
export interface DatasetReader extends AsyncDisposable {
  /** Columns and rows. Throws DATASET_UNREADABLE when the bytes are not of the format. */
  describe(source: DataSource, signal: AbortSignal): Promise<DataShape>;
  /** The first rows in file order; only `columns` where there are any, else all. */
  preview(source: DataSource, columns: readonly string[], maxRows: number, signal: AbortSignal): Promise<DataPreview>;
  /** Writes the first rows to a Parquet file of this path, which must not be there yet; see `preview`. */
  slice(
    source: DataSource,
    columns: readonly string[],
    maxRows: number,
    path: string,
    signal: AbortSignal,
  ): Promise<void>;
}
