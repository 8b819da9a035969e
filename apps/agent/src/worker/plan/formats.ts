import { Compression, DataFormat, dataFormatToJSON } from '@weir/contracts/registry';
import { reason } from '@weir/errors';
import type { Format, Packing } from './plan.ts';

const formats: ReadonlyMap<number, Format> = new Map([
  [DataFormat.JSON, 'json'],
  [DataFormat.NDJSON, 'ndjson'],
  [DataFormat.CSV, 'csv'],
  [DataFormat.PARQUET, 'parquet'],
]);

const nameOf = (format: number): string => dataFormatToJSON(format as DataFormat).replace('DATA_FORMAT_', '');

/** The format that DuckDB knows it by. Avro and Arrow need extensions that are not part of it: FORMAT_UNSUPPORTED. */
export function formatOf(step: string, format: number): Format {
  const known = formats.get(format);
  if (known) return known;
  const supported = [...formats.keys()].map(nameOf).join(', ');
  throw reason('FORMAT_UNSUPPORTED', { what: `step ${step}`, format: nameOf(format), supported });
}

/** How a file of a format is compressed; undefined when it cannot be. */
export function packingOf(compression: Compression, format: Format): Packing | undefined {
  switch (compression) {
    case Compression.UNSPECIFIED:
      return format === 'parquet' ? 'snappy' : 'none';
    case Compression.NONE:
      return 'none';
    case Compression.GZIP:
      return 'gzip';
    case Compression.ZSTD:
      return 'zstd';
    default:
      return compression === Compression.SNAPPY && format === 'parquet' ? 'snappy' : undefined;
  }
}
