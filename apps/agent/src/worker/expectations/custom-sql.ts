import { bindingsFor } from '../duck/bindings.ts';
import type { CheckOf, PlainValue } from '../plan/plan.ts';
import { checkQuery } from '../sandbox.ts';
import type { CheckContext, QueryCheck } from './row-check.ts';

/** custom_sql: each row that a SELECT of the tenant returns breaks it. */
export async function customSql(
  { query }: CheckOf<'custom_sql'>,
  { connection, step, tables }: CheckContext,
  parameters: Readonly<Record<string, PlainValue>>,
): Promise<QueryCheck> {
  const { source, parameters: names } = await checkQuery(connection, step, query, new Set(tables.keys()));
  return {
    kind: 'query',
    words: 'a query finds no row',
    columns: [],
    failed: `select count(*) from ${source}`,
    breaking: source,
    hasPlaces: false,
    bindings: bindingsFor(names, parameters),
  };
}
