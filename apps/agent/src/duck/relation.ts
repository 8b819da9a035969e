import { DataFormat, type CsvOptions } from '@weir/contracts/registry';

/** The SQL that reads a file: `select * from ${relationOf(...)}`. */
export function relationOf(path: string, format: DataFormat, csv: CsvOptions | undefined): string {
  const file = literal(path);
  switch (format) {
    case DataFormat.PARQUET:
      return `read_parquet(${file})`;
    case DataFormat.JSON:
      return `read_json(${file}, format = 'array', maximum_object_size = ${MAX_OBJECT_BYTES})`;
    case DataFormat.NDJSON:
      return `read_json(${file}, format = 'newline_delimited', maximum_object_size = ${MAX_OBJECT_BYTES})`;
    case DataFormat.CSV:
      return `read_csv(${[file, ...csvArguments(csv)].join(', ')})`;
    default:
      throw new TypeError(`files of format ${format} cannot be read`);
  }
}

/** A text as an SQL literal. */
export const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** A name as an SQL identifier. */
export const identifier = (name: string): string => `"${name.replaceAll('"', '""')}"`;

const MAX_OBJECT_BYTES = 64 * 1024 * 1024;

function csvArguments(csv: CsvOptions | undefined): string[] {
  if (!csv) return [];
  const { delimiter, quote, header, nullTexts } = csv;
  return [
    ...(delimiter === '' ? [] : [`delim = ${literal(delimiter)}`]),
    ...(quote === '' ? [] : [`quote = ${literal(quote)}`]),
    ...(header === undefined ? [] : [`header = ${header}`]),
    ...(nullTexts.length === 0 ? [] : [`nullstr = [${['', ...nullTexts].map(literal).join(', ')}]`]),
  ];
}
