import { platformScope } from '@weir/context';
import type { Database } from '@weir/database';
import { sql } from 'kysely';
import type { OutboxTables } from './schema.ts';

/** An event that waits, as its bytes. */
export interface OutboxRow {
  readonly id: bigint;
  readonly event: Buffer;
}

/** The events that wait in a service's database. */
export interface Outbox {
  /**
   * Runs work unless another replica's relay has its turn at this outbox: then nothing, at once, and undefined. A turn
   * ends with the connection that holds it, so that of a killed relay ends with the relay.
   */
  inTurn<T>(work: () => Promise<T>): Promise<T | undefined>;
  /** The next events in order, at most `limit`, and how many wait in all. */
  next(limit: number): Promise<{ rows: readonly OutboxRow[]; backlog: number }>;
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
    inTurn: (work) => inTurn(database, work),
    async next(limit) {
      // Rows of transactions that may still have an older neighbour in flight wait for the next look.
      const rows = await database.once(
        scope,
        sql<OutboxRow>`
          select id, event from audit_outbox where xid < pg_snapshot_xmin(pg_current_snapshot())
          order by id limit ${limit}`,
      );
      if (rows.length < limit) return { rows, backlog: rows.length };
      const [count] = await database.once(
        scope,
        sql<{ waiting: bigint }>`select count(*) as waiting from audit_outbox`,
      );
      return { rows, backlog: Number(count?.waiting ?? rows.length) };
    },
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

// Longer than any delivery: when it is over, so is the turn of a relay whose machine has vanished.
const TURN_MS = 60_000;

const inTurn = <T>(database: Database<OutboxTables>, work: () => Promise<T>): Promise<T | undefined> =>
  database.within(platformScope(), async (tx) => {
    // A lock of the transaction, not of the session: poolers may lie in between. It holds up no vacuum meanwhile.
    const taken = await sql<{ mine: boolean }>`
      select pg_try_advisory_xact_lock(hashtext('audit outbox')) as mine,
        set_config('idle_in_transaction_session_timeout', ${String(TURN_MS)}, true)`.execute(tx);
    return taken.rows[0]?.mine ? work() : undefined;
  });
