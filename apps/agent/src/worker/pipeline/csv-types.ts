import type { DuckDBConnection } from '@duckdb/node-api';
import { first, numberOf } from '../duck/rows.ts';
import { ident } from '../duck/sql.ts';

/** What a column of text can be read as without losing a character that matters. */
export type TextType = 'BOOLEAN' | 'BIGINT' | 'DOUBLE' | 'DATE' | 'TIMESTAMP' | 'TIMESTAMPTZ' | 'VARCHAR';

const NUMBER = '-?(?:(?:0|[1-9][0-9]{0,14})(?:\\.[0-9]*)?|\\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?';
const DAY = '[0-9]{4}-[0-9]{2}-[0-9]{2}';
const CLOCK = '[ T][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\\.[0-9]{1,6})?)?';
const ZONE = '(?:Z|[+-][0-9]{2}(?::?[0-9]{2})?)?';

// True where a text is not of the type. Numbers keep their digits (no leading zeros: they are codes), dates their time.
const misfits: readonly (readonly [TextType, (column: string) => string])[] = [
  ['BOOLEAN', (c) => `lower(${c}) not in ('true', 'false')`],
  ['BIGINT', (c) => `coalesce(try_cast(${c} as bigint)::varchar, '') <> ${c}`],
  ['DOUBLE', (c) => `not (regexp_full_match(${c}, '${NUMBER}') and isfinite(try_cast(${c} as double)))`],
  ['DATE', (c) => `coalesce(try_cast(${c} as date)::varchar, '') <> ${c}`],
  ['TIMESTAMP', (c) => misfitTime(c, 'timestamp', `${DAY}(?:${CLOCK})?`)],
  ['TIMESTAMPTZ', (c) => misfitTime(c, 'timestamptz', `${DAY}(?:${CLOCK}${ZONE})?`)],
];

const misfitTime = (column: string, type: string, shape: string): string =>
  `not (regexp_full_match(${column}, '${shape}') and try_cast(${column} as ${type}) is not null)`;

const COLUMNS_AT_ONCE = 200;

/** The narrowest type of each column that fits all texts that `from` has. */
export async function guessTypes(
  connection: DuckDBConnection,
  columns: readonly string[],
  from: string,
): Promise<Map<string, TextType>> {
  const types = new Map<string, TextType>();
  for (let start = 0; start < columns.length; start += COLUMNS_AT_ONCE) {
    const some = columns.slice(start, start + COLUMNS_AT_ONCE);
    const counts = some.map(ident).flatMap((c) => [`count(${c})`, ...misfits.map(([, misfit]) => counted(misfit(c)))]);
    const row = await first(connection, `select ${counts.join(', ')} ${from}`);
    const width = misfits.length + 1;
    for (const [index, name] of some.entries()) {
      const [present, ...broken] = row.slice(index * width, (index + 1) * width).map(numberOf);
      types.set(name, present === 0 ? 'VARCHAR' : (misfits[broken.indexOf(0)]?.[0] ?? 'VARCHAR'));
    }
  }
  return types;
}

/** SQL that counts the texts of a column that are not of the type. */
export function countMisfits(column: string, type: TextType): string {
  const misfit = misfits.find(([candidate]) => candidate === type)?.[1];
  return misfit ? counted(misfit(ident(column))) : '0';
}

const counted = (condition: string): string => `count(*) filter (where ${condition})`;
