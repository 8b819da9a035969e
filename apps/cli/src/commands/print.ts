/** Prints a message as proto3 JSON, one document. */
export const printJson = (value: unknown): void => void process.stdout.write(`${JSON.stringify(value, plain, 2)}\n`);

const plain = (_key: string, value: unknown): unknown => (typeof value === 'bigint' ? value.toString() : value);

/** Prints rows in columns, the first row as their heads. */
export function printTable(rows: readonly (readonly string[])[]): void {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  for (const row of rows) {
    process.stdout.write(
      `${row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd()}\n`,
    );
  }
}

/** A time as people read it; "-" where there is none. */
export const timeText = (time: Date | undefined): string => time?.toISOString().replace('.000', '') ?? '-';

/** The name of an enum's value. */
export const enumText = (values: Readonly<Record<string, number>>, value: number): string =>
  Object.entries(values).find(([, number]) => number === value)?.[0] ?? String(value);
