import type { Scope } from '@weir/context';
import type { RawBuilder } from 'kysely';
import type pg from 'pg';
import { compiled } from './compiled.ts';
import { inlined } from './literals.ts';
import { repeated } from './repeated.ts';
import { scopeSettings, setLocal } from './scoped-driver.ts';
import { runScoped } from './scoped-query.ts';
import { tenantOf } from './transactions.ts';

/** How one statement runs. */
export interface OneStatementOptions {
  /** False: it does not wait for the disk, and may be undone by a crash of the database's machine. */
  readonly durable?: boolean;
  /** True: its parameters travel beside its text; large ones are then not written out and parsed as a part of it. */
  readonly bound?: boolean;
}

/**
 * Runs one statement as a transaction of its own in one round trip: PostgreSQL takes the texts of a simple query as
 * one transaction (https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-MULTI-STATEMENT).
 */
export const oneStatement =
  (pool: pg.Pool, statementTimeoutMs: number) =>
  <R>(scope: Scope, statement: RawBuilder<R>, how: OneStatementOptions = {}): Promise<R[]> => {
    const { durable = true, bound = false } = how;
    const { sql, parameters } = compiled(statement);
    const settings = {
      ...scopeSettings({ tenant: tenantOf(scope), statementTimeoutMs }),
      ...(!durable && { synchronous_commit: 'off' }),
    };
    if (bound) return repeated(() => runScoped<R>(pool, { text: sql, values: parameters, settings }));
    const text = `${setLocal(settings)}; ${inlined(sql, parameters)}`;
    return repeated(async () => {
      // One result for each statement, which the types of pg do not know.
      const results = (await pool.query(text)) as unknown as readonly pg.QueryResult[];
      return (results.at(-1)?.rows ?? []) as R[];
    });
  };
