import { platformScope } from '@weir/context';
import { LegalHold, Retention } from '@weir/contracts/audit';
import type { Database } from '@weir/database';
import { sql, type Transaction } from 'kysely';
import type { KeptHold, KeptRetention, RetentionStore } from './retention-store.ts';
import type { Schema } from './schema.ts';

type Tx = Transaction<Schema>;

/** Retention and holds in PostgreSQL. */
export const postgresRetentionStore = (database: Database<Schema>): RetentionStore => ({
  retention: (scope, tenant, lock) => database.within(scope, (tx) => selectRetention(tx, tenant, lock !== undefined)),
  putRetention: (scope, tenant, kept) => database.within(scope, (tx) => upsertRetention(tx, tenant, kept)),
  hold: (scope, tenant, id, lock) => database.within(scope, (tx) => selectHold(tx, tenant, id, lock !== undefined)),
  addHold: (scope, tenant, kept) => database.within(scope, (tx) => insertHold(tx, tenant, kept)),
  putHold: (scope, tenant, kept) => database.within(scope, (tx) => updateHold(tx, tenant, kept)),
  activeHolds: (scope, tenant, limit) => database.within(scope, (tx) => selectActiveHolds(tx, tenant, limit)),
  tenantsWithRules: () =>
    database.within(platformScope(), async (tx) => {
      const rows = await tx.selectFrom('retentions').select(['tenant', 'retention']).execute();
      return rows.filter(({ retention }) => Retention.decode(retention).rules.length > 0).map(({ tenant }) => tenant);
    }),
});

async function selectRetention(tx: Tx, tenant: string, lock: boolean): Promise<KeptRetention | undefined> {
  if (lock) await lockRetention(tx, tenant);
  const row = await tx.selectFrom('retentions').selectAll().where('tenant', '=', tenant).executeTakeFirst();
  return row && { retention: Retention.decode(row.retention), revision: row.revision };
}

/** Holds changes of a retention off until the transaction ends, also where there is none yet. */
export const lockRetention = (tx: Tx, tenant: string): Promise<unknown> =>
  sql`select pg_advisory_xact_lock(hashtext('retention'), hashtext(${tenant}))`.execute(tx);

async function upsertRetention(tx: Tx, tenant: string, { retention, revision }: KeptRetention): Promise<void> {
  const bytes = Buffer.from(Retention.encode(retention).finish());
  const values = { retention: bytes, revision, updated_at: retention.updatedAt ?? new Date() };
  await tx
    .insertInto('retentions')
    .values({ tenant, ...values })
    .onConflict((conflict) => conflict.column('tenant').doUpdateSet(values))
    .execute();
}

const toHold = (row: Schema['legal_holds']): KeptHold => ({
  id: row.id,
  hold: LegalHold.decode(row.hold),
  revision: row.revision,
});

const toHoldRow = (tenant: string, { id, hold, revision }: KeptHold): Schema['legal_holds'] => ({
  tenant,
  id,
  hold: Buffer.from(LegalHold.encode({ ...hold, etag: '' }).finish()),
  is_released: hold.releasedAt !== undefined,
  revision,
});

async function selectHold(tx: Tx, tenant: string, id: string, lock: boolean): Promise<KeptHold | undefined> {
  const query = tx.selectFrom('legal_holds').selectAll().where('tenant', '=', tenant).where('id', '=', id);
  const row = await (lock ? query.forUpdate() : query).executeTakeFirst();
  return row && toHold(row);
}

async function insertHold(tx: Tx, tenant: string, kept: KeptHold): Promise<boolean> {
  await tx.selectFrom('logs').select('size').where('tenant', '=', tenant).forShare().execute();
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('legal_holds')
    .values(toHoldRow(tenant, kept))
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirstOrThrow();
  return numInsertedOrUpdatedRows === 1n;
}

async function updateHold(tx: Tx, tenant: string, kept: KeptHold): Promise<void> {
  const { hold, is_released, revision } = toHoldRow(tenant, kept);
  await tx
    .updateTable('legal_holds')
    .set({ hold, is_released, revision })
    .where('tenant', '=', tenant)
    .where('id', '=', kept.id)
    .execute();
}

async function selectActiveHolds(tx: Tx, tenant: string, limit: number): Promise<KeptHold[]> {
  const rows = await tx
    .selectFrom('legal_holds')
    .selectAll()
    .where('tenant', '=', tenant)
    .where('is_released', '=', false)
    .orderBy('id')
    .limit(limit)
    .execute();
  return rows.map(toHold);
}
