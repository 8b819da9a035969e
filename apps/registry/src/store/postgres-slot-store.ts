import { JobOutcome, type JobUsage, type StopReason } from '@weir/contracts/registry';
import type { Database } from '@weir/database';
import { sql, type Selectable, type Transaction } from 'kysely';
import { randomUUID } from 'node:crypto';
import type { SlotRecord } from '../domain/job-slot.ts';
import { monthOf, monthStart } from '../domain/month.ts';
import type { Schema, SlotTable } from './schema.ts';
import type { NewSlot, SlotsHeld, SlotStore } from './slot-store.ts';
import { addTime, addUsage, touch } from './usage-rows.ts';

type Tx = Transaction<Schema>;

/** What time it is, asked once locks are held. */
export type Clock = (tx: Tx) => Promise<Date>;

/** The clock of the database, which all replicas of the registry share. */
const databaseClock: Clock = async (tx) => {
  const { rows } = await sql<{ now: Date }>`select date_trunc('milliseconds', clock_timestamp()) as now`.execute(tx);
  return rows[0]?.now ?? new Date();
};

/**
 * Job slots in PostgreSQL. Locks are taken in one order, so that nobody waits in a circle: the tenant's meter, its
 * slots, its months.
 */
export function postgresSlotStore(
  database: Database<Schema>,
  { clock = databaseClock, newId = randomUUID }: { clock?: Clock; newId?: () => string } = {},
): SlotStore {
  return {
    hold: (scope, tenant) => database.within(scope, (tx) => hold(tx, clock, tenant)),
    ofJob: (scope, tenant, job) =>
      database.within(scope, async (tx) => {
        const query = tx.selectFrom('job_slots').selectAll().where('tenant', '=', tenant).where('job', '=', job);
        const row = await query.where('ended_at', 'is', null).forUpdate().executeTakeFirst();
        return row && recordOf(row);
      }),
    take: (scope, slot, storedBytes) =>
      database.within(scope, async (tx) => take(tx, await clock(tx), `s${newId()}`, slot, storedBytes)),
    takeOver: (scope, slot, ttlMs) => database.within(scope, async (tx) => takeOver(tx, await clock(tx), slot, ttlMs)),
    holdOne: (scope, tenant, id) => database.within(scope, (tx) => holdOne(tx, tenant, id)),
    isLive: (scope, slot) =>
      database.within(scope, async (tx) => slot.endedAt === undefined && slot.expiresAt > (await clock(tx))),
    renew: (scope, slot, ttlMs, stop) =>
      database.within(scope, async (tx) => renew(tx, await clock(tx), slot, ttlMs, stop)),
    release: (scope, slot, outcome, usage) =>
      database.within(scope, async (tx) => release(tx, await clock(tx), slot, { outcome, usage })),
    processingMs: (scope, tenant) => database.within(scope, async (tx) => processingMs(tx, await clock(tx), tenant)),
  };
}

async function hold(tx: Tx, clock: Clock, tenant: string): Promise<SlotsHeld | undefined> {
  const meter = await tx
    .selectFrom('tenant_meters')
    .select('stored_bytes')
    .where('tenant', '=', tenant)
    .forUpdate()
    .executeTakeFirst();
  if (!meter) return undefined;
  const now = await clock(tx);
  await settle(tx, now, tenant);
  const { active, next } = await tx
    .selectFrom('job_slots')
    .select((eb) => [eb.fn.countAll<bigint>().as('active'), eb.fn.min<Date | null>('expires_at').as('next')])
    .where('tenant', '=', tenant)
    .where('ended_at', 'is', null)
    .executeTakeFirstOrThrow();
  return {
    active: Number(active),
    storedBytes: meter.stored_bytes,
    nextEndMs: next ? next.getTime() - now.getTime() : undefined,
  };
}

/** Counts the leases that ended by themselves. From here on they are over for good, whatever a clock says later. */
async function settle(tx: Tx, now: Date, tenant: string): Promise<void> {
  const dead = await tx
    .updateTable('job_slots')
    .set({ ended_at: sql<Date>`expires_at`, expired: true, outcome: JobOutcome.FAILED })
    .where('tenant', '=', tenant)
    .where('ended_at', 'is', null)
    .where('expires_at', '<=', now)
    .returning(['acquired_at', 'expires_at'])
    .execute();
  for (const { acquired_at, expires_at } of dead) {
    await addTime(tx, tenant, acquired_at, expires_at);
    await addUsage(tx, { tenant, month: monthOf(expires_at), at: acquired_at }, { jobs_failed: 1 });
  }
}

async function nextToken(tx: Tx, tenant: string, storedBytes?: bigint): Promise<bigint> {
  const { fencing_token } = await tx
    .updateTable('tenant_meters')
    .set({
      fencing_token: sql<bigint>`fencing_token + 1`,
      ...(storedBytes !== undefined && { stored_bytes: storedBytes }),
    })
    .where('tenant', '=', tenant)
    .returning('fencing_token')
    .executeTakeFirstOrThrow();
  return fencing_token;
}

async function take(tx: Tx, now: Date, id: string, slot: NewSlot, storedBytes?: bigint): Promise<SlotRecord> {
  const { tenant, job, version, holder, ttlMs } = slot;
  const row = await tx
    .insertInto('job_slots')
    .values({
      tenant,
      id,
      job,
      component: version?.component ?? null,
      key: version?.key ?? null,
      holder,
      fencing_token: await nextToken(tx, tenant, storedBytes),
      ttl_ms: ttlMs,
      acquired_at: now,
      expires_at: new Date(now.getTime() + ttlMs),
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  await touch(tx, tenant, now, storedBytes);
  return recordOf(row);
}

async function takeOver(tx: Tx, now: Date, { tenant, id }: SlotRecord, ttlMs: number): Promise<SlotRecord> {
  const row = await tx
    .updateTable('job_slots')
    .set({
      fencing_token: await nextToken(tx, tenant),
      ttl_ms: ttlMs,
      expires_at: new Date(now.getTime() + ttlMs),
    })
    .where('tenant', '=', tenant)
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();
  await touch(tx, tenant, now);
  return recordOf(row);
}

async function holdOne(tx: Tx, tenant: string, id: string): Promise<SlotRecord | undefined> {
  const query = tx.selectFrom('job_slots').selectAll().where('tenant', '=', tenant).where('id', '=', id);
  const row = await query.forUpdate().executeTakeFirst();
  return row && recordOf(row);
}

async function renew(
  tx: Tx,
  now: Date,
  { tenant, id }: SlotRecord,
  ttlMs: number,
  stop: StopReason,
): Promise<SlotRecord> {
  const row = await tx
    .updateTable('job_slots')
    .set({ expires_at: new Date(now.getTime() + ttlMs), stop_reason: stop })
    .where('tenant', '=', tenant)
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();
  await touch(tx, tenant, now);
  return recordOf(row);
}

interface Ending {
  readonly outcome: JobOutcome;
  readonly usage: JobUsage;
}

const OUTCOMES = {
  [JobOutcome.COMPLETED]: 'jobs_completed',
  [JobOutcome.FAILED]: 'jobs_failed',
  [JobOutcome.CANCELLED]: 'jobs_cancelled',
} as const;

const counterOf = (outcome: JobOutcome) =>
  outcome === JobOutcome.COMPLETED || outcome === JobOutcome.CANCELLED
    ? OUTCOMES[outcome]
    : OUTCOMES[JobOutcome.FAILED];

async function release(tx: Tx, now: Date, slot: SlotRecord, { outcome, usage }: Ending): Promise<SlotRecord> {
  const { tenant, acquiredAt, expiresAt } = slot;
  const endedAt = slot.endedAt ?? (now < expiresAt ? now : expiresAt);
  const row = await tx
    .updateTable('job_slots')
    .set({ ended_at: endedAt, outcome, released: true })
    .where('tenant', '=', tenant)
    .where('id', '=', slot.id)
    .returningAll()
    .executeTakeFirstOrThrow();
  if (slot.endedAt) {
    await addUsage(tx, { tenant, month: monthOf(endedAt), at: now }, { jobs_failed: -1 });
  } else await addTime(tx, tenant, acquiredAt, endedAt);
  await addUsage(tx, { tenant, month: monthOf(endedAt), at: now }, { [counterOf(outcome)]: 1 });
  const { processedBytes, rowsRead, rowsWritten, storedBytes } = usage;
  const used = { processed_bytes: processedBytes, rows_read: rowsRead, rows_written: rowsWritten };
  await addUsage(tx, { tenant, month: monthOf(now), at: now }, used, storedBytes);
  if (storedBytes !== undefined) {
    await tx.updateTable('tenant_meters').set({ stored_bytes: storedBytes }).where('tenant', '=', tenant).execute();
  }
  return recordOf(row);
}

async function processingMs(tx: Tx, now: Date, tenant: string): Promise<bigint> {
  const month = monthOf(now);
  const start = monthStart(month);
  const { rows } = await sql<{ ms: bigint }>`
    select (
      coalesce((select processing_ms from usage_months where tenant = ${tenant} and month = ${`${month}-01`}::date), 0) +
      coalesce((
        select sum(extract(epoch from least(expires_at, ${now}) - greatest(acquired_at, ${start})) * 1000)
        from job_slots where tenant = ${tenant} and ended_at is null and expires_at > ${start}
      ), 0)
    )::bigint as ms`.execute(tx);
  return rows[0]?.ms ?? 0n;
}

const recordOf = (row: Selectable<SlotTable>): SlotRecord => ({
  tenant: row.tenant,
  id: row.id,
  job: row.job,
  holder: row.holder,
  fencingToken: row.fencing_token,
  ttlMs: row.ttl_ms,
  acquiredAt: row.acquired_at,
  expiresAt: row.expires_at,
  stopReason: row.stop_reason,
  endedAt: row.ended_at ?? undefined,
  expired: row.expired,
  outcome: row.outcome ?? undefined,
  released: row.released,
});
