import type { DuckDBConnection } from '@duckdb/node-api';
import type { ColumnFact } from '../duck/columns.ts';
import { first } from '../duck/rows.ts';
import { text } from '../duck/sql.ts';
import { StepFailure } from '../duck/step-failure.ts';

/** A value cast to the type that a step declares, and the SQL that is true where that loses something. */
export interface Declared {
  readonly value: string;
  readonly mistyped: string;
}

const INTEGER = /^U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?$/;

/** Casts a column to a declared type. 1.5 is no INTEGER and a time of day no part of a DATE: they are not cut off. */
export async function declared(
  connection: DuckDBConnection,
  step: string,
  value: string,
  column: ColumnFact,
  wanted: string,
): Promise<Declared> {
  const type = await typeNamed(connection, step, wanted);
  const cast = `try_cast(${value} as ${type})`;
  const lost = INTEGER.test(type)
    ? ` or try_cast(${value} as double) <> ${cast}::double`
    : type === 'DATE' && column.kind !== 'calendar'
      ? ` or try_cast(${value} as timestamp) <> ${cast}::timestamp`
      : '';
  return { value: cast, mistyped: `${value} is not null and (${cast} is null${lost})` };
}

const SHAPE = /^[A-Za-z][A-Za-z0-9_ ,()[\]"]{0,499}$/;

/** DuckDB's own name of a type. What is not the name of a type and nothing else is refused with SQL_INVALID. */
async function typeNamed(connection: DuckDBConnection, step: string, wanted: string): Promise<string> {
  const refused = new StepFailure('SQL_INVALID', {
    step,
    problem: `column_types: "${wanted}" is not the name of a type`,
  });
  if (!SHAPE.test(wanted)) throw refused;
  const select = `select cast(null as ${wanted})`;
  try {
    const [json] = await first(connection, `select json_serialize_sql(${text(select)})`);
    if (!isOneCast(JSON.parse(String(json)))) throw refused;
    const [name] = await first(connection, `select typeof(cast(null as ${wanted}))`);
    return String(name).replaceAll('"NULL"', 'VARCHAR');
  } catch {
    throw refused;
  }
}

interface Tree {
  readonly error: boolean;
  readonly statements?: readonly {
    readonly node: {
      readonly select_list: readonly { readonly class: string }[];
      readonly from_table: { readonly type: string };
    };
  }[];
}

function isOneCast(tree: unknown): boolean {
  const { error, statements = [] } = tree as Tree;
  const [only] = statements;
  if (error || statements.length !== 1 || !only) return false;
  const { select_list: columns, from_table: from } = only.node;
  return columns.length === 1 && columns[0]?.class === 'CAST' && from.type === 'EMPTY';
}
