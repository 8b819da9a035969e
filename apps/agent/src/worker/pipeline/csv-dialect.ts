/** How the beginning of a CSV file is laid out. */
export interface CsvDialect {
  readonly delimiter: string;
  readonly header: boolean;
  /** Unique names, as many as the file has columns. */
  readonly columns: readonly string[];
}

/** What is known of the layout already. */
export interface KnownLayout {
  readonly delimiter: string | undefined;
  readonly quote: string;
  readonly header: boolean | undefined;
}

const DELIMITERS = [',', ';', '\t', '|'];
// Values that name no column: numbers, dates, truth values, nothing.
const VALUE =
  /^(?:[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|\d{4}-\d\d-\d\d.*|\d{1,2}[/.]\d{1,2}[/.]\d{2,4}.*|true|false|)$/i;

/**
 * Finds out how a file is laid out from its first rows. The delimiter is the one that splits most rows into the same
 * number of fields; the first row names the columns when all of it are words that differ.
 */
export function csvDialect(head: string, known: KnownLayout): CsvDialect {
  const candidates = known.delimiter === undefined ? DELIMITERS : [known.delimiter];
  const readings = candidates.map((delimiter) => ({ delimiter, rows: readRows(head, delimiter, known.quote) }));
  const best = readings.reduce((a, b) => (agreement(b.rows) > agreement(a.rows) ? b : a));

  const [first = []] = best.rows;
  const header = known.header ?? (first.length > 0 && first.every((field) => !VALUE.test(field.trim())));
  const width = header ? first.length : commonWidth(best.rows).width;
  const names = header ? first : [];
  return { delimiter: best.delimiter, header, columns: uniqueNames(names, Math.max(width, 1)) };
}

/** How well a delimiter explains the rows: the share of rows of the common width, wider being better. */
function agreement(rows: readonly (readonly string[])[]): number {
  const { width, share } = commonWidth(rows);
  return width < 2 ? 0 : share + width / 10_000;
}

function commonWidth(rows: readonly (readonly string[])[]): { width: number; share: number } {
  const counts = new Map<number, number>();
  for (const { length } of rows) counts.set(length, (counts.get(length) ?? 0) + 1);
  const [width, times] = [...counts].reduce((a, b) => (b[1] > a[1] ? b : a), [0, 0]);
  return { width, share: rows.length === 0 ? 0 : times / rows.length };
}

/** The rows of the text (RFC 4180); a quote that does not end makes the rest one field. Empty lines are no rows. */
export function readRows(text: string, delimiter: string, quote: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let field = '';
  let quoted = false;
  const endField = (): void => {
    row.push(field);
    field = '';
  };
  const endRow = (): void => {
    endField();
    if (row.length > 1 || row[0] !== '') rows.push(row);
    row = [];
  };
  for (let at = 0; at < text.length; at++) {
    const character = text[at] ?? '';
    if (quoted) {
      if (character !== quote) field += character;
      else if (text[at + 1] === quote) field += text[++at] ?? '';
      else quoted = false;
    } else if (character === quote && field === '') quoted = true;
    else if (character === delimiter) endField();
    else if (character === '\n' || (character === '\r' && text[at + 1] !== '\n')) endRow();
    else if (character !== '\r') field += character;
  }
  if (field !== '' || row.length > 0) endRow();
  return rows;
}

/** DuckDB does not tell names apart that differ in case only. */
function uniqueNames(names: readonly string[], width: number): string[] {
  const taken = new Set<string>();
  return Array.from({ length: width }, (_, index) => {
    const wanted = names[index]?.trim() || `column${index}`;
    let name = wanted;
    for (let suffix = 1; taken.has(name.toLowerCase()); suffix++) name = `${wanted}_${suffix}`;
    taken.add(name.toLowerCase());
    return name;
  });
}
