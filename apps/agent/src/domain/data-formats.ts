import { DataFormat } from '@weir/contracts/registry';

const EXTENSIONS = new Map<DataFormat, string>([
  [DataFormat.JSON, 'json'],
  [DataFormat.NDJSON, 'ndjson'],
  [DataFormat.CSV, 'csv'],
  [DataFormat.PARQUET, 'parquet'],
  [DataFormat.AVRO, 'avro'],
  [DataFormat.ARROW, 'arrow'],
]);

/** The extensions of files of datasets. */
export const FILE_EXTENSIONS: readonly string[] = [...EXTENSIONS.values()];

/** The extension of a file of a format, without the dot. */
export const extensionOf = (format: DataFormat): string => EXTENSIONS.get(format) ?? 'data';

/** The formats that datasets can be stored in today. */
export const READABLE_FORMATS: readonly DataFormat[] = [
  DataFormat.JSON,
  DataFormat.NDJSON,
  DataFormat.CSV,
  DataFormat.PARQUET,
];

/** The name of a format as people write it: "PARQUET". */
export const formatLabel = (format: DataFormat): string => (EXTENSIONS.get(format) ?? 'unspecified').toUpperCase();

/** Formats by name, for messages. */
export const formatLabels = (formats: readonly DataFormat[]): string => formats.map(formatLabel).join(', ');

const PARQUET_MAGIC = [0x50, 0x41, 0x52, 0x31];
const AVRO_MAGIC = [0x4f, 0x62, 0x6a, 0x01];
const ARROW_MAGIC = [0x41, 0x52, 0x52, 0x4f, 0x57, 0x31];

/**
 * Why the first bytes of a file cannot be of a format; undefined when they can. Binary formats begin with their magic
 * number, and text is none of them: the rest is found out by reading it.
 */
export function sniffProblem(format: DataFormat, head: Uint8Array): string | undefined {
  const found = binaryFormat(head);
  if (found !== undefined && found !== format) return `it begins like ${formatLabel(found)}`;
  if (found === undefined && isBinary(format)) return `it does not begin like ${formatLabel(format)}`;
  if (format === DataFormat.JSON && firstCharacter(head) !== '[') return 'it does not begin with "["';
  if (format === DataFormat.NDJSON && firstCharacter(head) !== '{') return 'it does not begin with "{"';
  return undefined;
}

const binaryFormat = (head: Uint8Array): DataFormat | undefined => {
  if (beginsWith(head, PARQUET_MAGIC)) return DataFormat.PARQUET;
  if (beginsWith(head, AVRO_MAGIC)) return DataFormat.AVRO;
  return beginsWith(head, ARROW_MAGIC) ? DataFormat.ARROW : undefined;
};

const isBinary = (format: DataFormat): boolean =>
  format === DataFormat.PARQUET || format === DataFormat.AVRO || format === DataFormat.ARROW;

const beginsWith = (bytes: Uint8Array, magic: readonly number[]): boolean =>
  magic.every((byte, index) => bytes[index] === byte);

// The byte order mark and white space come before; only the first kilobyte counts.
const firstCharacter = (head: Uint8Array): string =>
  new TextDecoder()
    .decode(head.subarray(0, 1024))
    .replace(/^\uFEFF/, '')
    .trimStart()
    .charAt(0);
