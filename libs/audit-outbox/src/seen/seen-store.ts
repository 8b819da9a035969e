import type { Event } from '@weir/contracts/audit';
import { platformScope } from '@weir/context';
import type { Database } from '@weir/database';
import { sql, type Transaction } from 'kysely';
import type { OutboxTables } from '../schema.ts';
import type { SeenCheckpoint } from './judge.ts';
import { insertEvents } from '../insert-events.ts';

type Tx = Transaction<OutboxTables>;

/** What a service remembers of one log, and what it has refused since. */
export interface RememberedLog extends SeenCheckpoint {
  readonly seenAt: Date;
  /** Why its latest head was refused; undefined while all is well. */
  readonly problem: string | undefined;
  readonly firstBadIndex: bigint | undefined;
}

/** A head that was refused. */
export interface RefusedHead {
  readonly tenant: string;
  readonly problem: string;
  readonly note: string | undefined;
  readonly firstBadIndex: bigint | undefined;
}

/** How many logs are remembered, and of how many the latest head was refused. */
export interface SeenCounts {
  readonly logs: number;
  readonly refused: number;
}

/** Where a service keeps the heads that it has seen. */
export interface SeenStore {
  find(tenant: string): Promise<RememberedLog | undefined>;
  /** Every log that is remembered, by tenant. */
  list(): Promise<RememberedLog[]>;
  counts(): Promise<SeenCounts>;
  /** The logs that were not looked at for the longest time. */
  oldest(limit: number): Promise<string[]>;
  /** Remembers a head in place of the one before, and forgets what was refused. */
  keep(head: SeenCheckpoint): Promise<void>;
  /** Keeps why a head was refused, with the event that tells of it. What is remembered stays. */
  refuse(refused: RefusedHead, event: Event): Promise<void>;
  /** Notes that a log was looked at. */
  looked(tenant: string): Promise<void>;
}

/** Heads in the database of the service. */
export function postgresSeenStore(database: Database<OutboxTables>): SeenStore {
  const scope = platformScope();
  return {
    find: (tenant) =>
      database.within(scope, async (tx) => {
        const row = await tx.selectFrom('seen_checkpoints').selectAll().where('tenant', '=', tenant).executeTakeFirst();
        return row && toRemembered(row);
      }),
    list: () =>
      database.within(scope, async (tx) => {
        const rows = await tx.selectFrom('seen_checkpoints').selectAll().orderBy('tenant').execute();
        return rows.map(toRemembered);
      }),
    counts: () => database.within(scope, countLogs),
    oldest: (limit) =>
      database.within(scope, async (tx) => {
        const rows = await tx
          .selectFrom('seen_checkpoints')
          .select('tenant')
          .orderBy('checked_at')
          .limit(limit)
          .execute();
        return rows.map(({ tenant }) => tenant);
      }),
    keep: (head) => database.within(scope, (tx) => keepHead(tx, head)),
    refuse: (refused, event) =>
      database.within(scope, async (tx) => {
        await keepRefusal(tx, refused);
        await insertEvents(tx, [event]);
      }),
    looked: (tenant) =>
      database.within(scope, async (tx) => {
        await tx.updateTable('seen_checkpoints').set({ checked_at: new Date() }).where('tenant', '=', tenant).execute();
      }),
  };
}

async function countLogs(tx: Tx): Promise<SeenCounts> {
  const { logs, refused } = await tx
    .selectFrom('seen_checkpoints')
    .select((eb) => [eb.fn.countAll<bigint>().as('logs'), eb.fn.count<bigint>('problem').as('refused')])
    .executeTakeFirstOrThrow();
  return { logs: Number(logs), refused: Number(refused) };
}

async function keepHead(tx: Tx, head: SeenCheckpoint): Promise<void> {
  await sql`
    insert into seen_checkpoints (tenant, size, note, verifier_key, seen_at, checked_at)
    values (${head.tenant}, ${head.size}, ${head.note}, ${head.verifierKey}, now(), now())
    on conflict (tenant) do update set
      size = excluded.size, note = excluded.note, seen_at = now(), checked_at = now(),
      problem = null, refused_note = null, first_bad_index = null, refused_at = null
    -- Another replica may have seen a larger one meanwhile.
    where seen_checkpoints.size <= excluded.size`.execute(tx);
}

async function keepRefusal(tx: Tx, { tenant, problem, note, firstBadIndex }: RefusedHead): Promise<void> {
  const now = new Date();
  await tx
    .updateTable('seen_checkpoints')
    .set({
      problem,
      refused_note: note ?? null,
      first_bad_index: firstBadIndex ?? null,
      refused_at: now,
      checked_at: now,
    })
    .where('tenant', '=', tenant)
    .execute();
}

const toRemembered = (row: OutboxTables['seen_checkpoints']): RememberedLog => ({
  tenant: row.tenant,
  size: row.size,
  note: row.note,
  verifierKey: row.verifier_key,
  seenAt: row.seen_at,
  problem: row.problem ?? undefined,
  firstBadIndex: row.first_bad_index ?? undefined,
});
