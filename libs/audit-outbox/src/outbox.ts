import { platformScope, type Scope } from '@weir/context';
import type { Database } from '@weir/database';
import { sql } from 'kysely';
import type { OutboxTables } from './schema.ts';

/** An event that waits, as its bytes. */
export interface OutboxRow {
  readonly id: bigint;
  readonly event: Buffer;
}

/** What a look at the outbox found. */
export interface OutboxLook {
  /** The next events in order, as many as were asked for at most. */
  readonly rows: readonly OutboxRow[];
  /** How many wait in all. */
  readonly backlog: number;
  /** False: another replica's relay is carrying, and these are not for this one. */
  readonly isMine: boolean;
}

/** The events that wait in a service's database. */
export interface Outbox {
  /**
   * Looks for the next events, and keeps this relay's turn at the outbox until `carry` has settled. A turn ends with the
   * connection that holds it, so that of a killed relay ends with the relay.
   */
  look<T>(limit: number, carry: (look: OutboxLook) => Promise<T>): Promise<T>;
  /** Forgets events that were delivered. */
  remove(rows: readonly OutboxRow[]): Promise<void>;
  /** Keeps an event that can never be delivered, with why, where it holds up no other. */
  setAside(row: OutboxRow, problem: string): Promise<void>;
  /** How many were set aside. */
  refused(): Promise<number>;
}

/** The outbox in PostgreSQL. */
export function postgresOutbox(database: Database<OutboxTables>): Outbox {
  const scope = platformScope();
  return {
    look: (limit, carry) =>
      database.whileLocked(scope, { lock: 'audit outbox', statement: next(limit) }, async ({ rows, isMine }) => {
        const backlog = rows.length < limit ? rows.length : await count(database, scope);
        return carry({ rows, backlog, isMine });
      }),
    async remove(rows) {
      const ids = rows.map(({ id }) => id);
      // What a crash brings back is delivered again, and dropped there by its event id.
      const how = { durable: false };
      await database.once(scope, sql`delete from audit_outbox where id = any (${ids}::bigint[])`, how);
    },
    setAside: (row, problem) =>
      database.within(scope, async (tx) => {
        await tx
          .insertInto('audit_outbox_refused')
          .values({ ...row, problem })
          .execute();
        await tx.deleteFrom('audit_outbox').where('id', '=', row.id).execute();
      }),
    refused: () =>
      database.within(scope, async (tx) => {
        const count = tx.selectFrom('audit_outbox_refused').select((eb) => eb.fn.countAll<bigint>().as('refused'));
        return Number((await count.executeTakeFirstOrThrow()).refused);
      }),
  };
}

// Rows of transactions that may still have an older neighbour in flight wait for the next look.
const next = (limit: number) => sql<OutboxRow>`
  select id, event from audit_outbox where xid < pg_snapshot_xmin(pg_current_snapshot())
  order by id limit ${limit}`;

async function count(database: Database<OutboxTables>, scope: Scope): Promise<number> {
  const counted = await database.once(scope, sql<{ waiting: bigint }>`select count(*) as waiting from audit_outbox`);
  return Number(counted[0]?.waiting);
}
