import { platformScope } from '@weir/context';
import type { Database } from '@weir/database';
import { sql } from 'kysely';
import { idOf } from '../domain/names.ts';
import type { Schema } from '../store/schema.ts';
import { addUsage } from '../store/usage-rows.ts';

/** What a test does behind the back of the service. */
export interface Behind {
  /** Makes time pass: moves the times in a column back. */
  elapse(table: keyof Schema, column: string, interval: string): Promise<void>;
  /** Sets a column of every row. */
  set(table: keyof Schema, column: string, value: string): Promise<void>;
  /** Adds to what a tenant used in a month, the present one unless said ("2026-11"). */
  use(tenant: string, amounts: Readonly<Record<string, bigint>>, month?: string): Promise<void>;
}

/** Hands on the database of a registry. */
export function behind(database: Database<Schema>): Behind {
  const scope = platformScope();
  const thisMonth = (): string => new Date().toISOString().slice(0, 7);
  return {
    elapse: (table, column, interval) =>
      database.within(scope, async (tx) => {
        const name = sql.ref(column);
        await sql`update ${sql.table(table)} set ${name} = ${name} - ${interval}::interval`.execute(tx);
      }),
    set: (table, column, value) =>
      database.within(scope, async (tx) => {
        await sql`update ${sql.table(table)} set ${sql.ref(column)} = ${value}`.execute(tx);
      }),
    use: (tenant, amounts, month = thisMonth()) =>
      database.within(scope, (tx) => addUsage(tx, { tenant: idOf(tenant), month, at: new Date() }, amounts)),
  };
}
