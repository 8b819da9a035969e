/** What DuckDB says of a failure; `errors_as_json` makes it say so in a form that can be read. */
export interface DuckError {
  /** "Binder", "Conversion", "Out of Memory", ... */
  readonly type: string;
  /** Its words, without the values that it quotes. */
  readonly message: string;
  /** Its words as they are: may hold data. */
  readonly raw: string;
  /** Where in the statement, in bytes. */
  readonly position: number | undefined;
}

/** Reads an error of DuckDB. */
export function readDuckError(error: unknown): DuckError {
  const said = error instanceof Error ? error.message : String(error);
  const parsed = parseJson(said);
  const raw = textOf(parsed?.exception_message) ?? said.replace(/\n\nLINE [\s\S]*$/, '');
  const type = textOf(parsed?.exception_type) ?? /^([A-Za-z ]+?) Error: /.exec(said)?.[1] ?? 'Unknown';
  const position = textOf(parsed?.position);
  return {
    type,
    message: withoutValues(type, raw),
    raw,
    position: position === undefined ? undefined : Number(position),
  };
}

// What these say quotes the statement.
const ABOUT_THE_STATEMENT = new Set(['Parser', 'Binder', 'Catalog']);
const MAX_WORDS = 500;

// What the others say may quote data, even in words of the tenant's own (`select error(name)`), and what callers are
// told is logged: so they are told in our words.
const ownWords: Readonly<Record<string, string>> = {
  'Out of Range': 'a number is out of range',
  'Invalid Input': 'a value cannot be used like this',
  'Divide by Zero': 'a number is divided by zero',
  'Mismatch Type': 'types do not fit together',
  IO: 'a file cannot be read or written',
  Permission: 'a file is out of reach',
};
// What RE2 and the Parquet reader say; only these words pass, not what follows them.
const KNOWN_WORDS = [
  'No magic bytes found at end of file',
  'missing closing ]',
  'missing )',
  'unexpected )',
  'trailing \\',
  'no argument for repetition operator',
  'invalid repetition size',
  'bad repetition operator',
  'invalid perl operator',
  'invalid named capture group',
  'invalid escape sequence',
  'invalid character class',
];

const TARGET = / to (?:U?INT\d+|FLOAT|DOUBLE|DECIMAL|BOOL|DATE|TIME|TIMESTAMP|INTERVAL|UUID)\b/;

function inOwnWords(type: string, raw: string): string {
  if (type === 'Conversion') return `a value cannot be converted${TARGET.exec(raw)?.[0] ?? ''}`;
  return KNOWN_WORDS.find((words) => raw.startsWith(words)) ?? ownWords[type] ?? `DuckDB says "${type}"`;
}

function withoutValues(type: string, raw: string): string {
  const words = ABOUT_THE_STATEMENT.has(type) ? (raw.split('\n\n')[0] ?? '') : inOwnWords(type, raw);
  return words.replace(/\s+/g, ' ').slice(0, MAX_WORDS);
}

function parseJson(said: string): Record<string, unknown> | undefined {
  const start = said.indexOf('{"exception_type"');
  if (start < 0) return undefined;
  try {
    return JSON.parse(said.slice(start)) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
