import { randomUUID } from 'node:crypto';
import { Event } from '@weir/contracts/audit';
import pg from 'pg';
import { eventAt } from './events.ts';

/** The baseline: the same columns and the same two indexes, and nothing that proves anything. */
export async function createPlainTable(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(`
    create table if not exists plain (
      index bigint generated always as identity,
      tenant text not null,
      id uuid not null,
      recorded_at timestamptz not null default now(),
      sensitivity smallint not null,
      bytes bytea not null,
      primary key (tenant, index)
    )`);
  await client.query('create index if not exists plain_id on plain (id)');
  await client.end();
}

/** How a batch is inserted: as rows of VALUES, or as arrays that the statement unnests, which spares the parser. */
export type InsertStyle = 'values' | 'unnest';

const UNNEST = `
  insert into plain (tenant, id, sensitivity, bytes)
  select $1, id, sensitivity, substring($4::bytea from start for length)
  from unnest($2::uuid[], $3::smallint[], $5::int[], $6::int[]) as new (id, sensitivity, start, length)`;

const valuesOf = (batch: number): string =>
  `insert into plain (tenant, id, sensitivity, bytes) values ${Array.from({ length: batch }, (_, at) => `($1, $${3 * at + 2}, $${3 * at + 3}, $${3 * at + 4})`).join(', ')}`;

/** Inserts a batch in one prepared statement, committed when it settles. */
export function plainInsert(pool: pg.Pool, style: InsertStyle, batch: number, tenant: string): () => Promise<void> {
  const events = Array.from({ length: batch }, (_, at) => eventAt(at, tenant));
  const rows = events.map((event) => ({
    sensitivity: event.sensitivity,
    bytes: Buffer.from(Event.encode(event).finish()),
  }));
  if (style === 'values') {
    const query = { name: `values-${batch}`, text: valuesOf(batch) };
    return async () => {
      const values = rows.flatMap(({ sensitivity, bytes }) => [randomUUID(), sensitivity, bytes]);
      await pool.query({ ...query, values: [tenant, ...values] });
    };
  }
  let offset = 1;
  const starts = rows.map(({ bytes }) => (offset += bytes.length) - bytes.length);
  const bytes = Buffer.concat(rows.map((row) => row.bytes));
  const sensitivities = rows.map(({ sensitivity }) => sensitivity);
  const lengths = rows.map((row) => row.bytes.length);
  return async () => {
    const ids = rows.map(() => randomUUID());
    await pool.query({ name: 'unnest', text: UNNEST, values: [tenant, ids, sensitivities, bytes, starts, lengths] });
  };
}
