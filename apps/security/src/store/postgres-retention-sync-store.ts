import type { Database } from '@weir/database';
import { sql, type Transaction } from 'kysely';
import type { AppliedRetention, RetentionSyncStore, ToldRetention } from './retention-sync-store.ts';
import type { Schema } from './schema.ts';

type Tx = Transaction<Schema>;

/** What audit was told, in PostgreSQL. */
export const postgresRetentionSyncStore = (database: Database<Schema>): RetentionSyncStore => ({
  due: (scope, staleBefore, limit) => database.within(scope, (tx) => due(tx, staleBefore, limit)),
  lock: (scope, tenant) => database.within(scope, (tx) => lock(tx, tenant)),
  applied: (scope, tenant, told) => database.within(scope, (tx) => applied(tx, tenant, told)),
});

async function due(tx: Tx, staleBefore: Date, limit: number): Promise<string[]> {
  const rows = await tx
    .selectFrom('policy_heads as h')
    .leftJoin('applied_retentions as c', 'c.tenant', 'h.tenant')
    .select('h.tenant')
    .where((eb) =>
      eb.or([
        sql<boolean>`c.revision is distinct from h.revision`,
        eb.and([eb('c.applied_at', '<', staleBefore), eb('c.minimums', '<>', '')]),
      ]),
    )
    .where('h.revision', '>', 0n)
    .orderBy('h.tenant')
    .limit(limit)
    .execute();
  return rows.map(({ tenant }) => tenant);
}

async function lock(tx: Tx, tenant: string): Promise<AppliedRetention | undefined> {
  await tx
    .insertInto('applied_retentions')
    .values({ tenant })
    .onConflict((on) => on.doNothing())
    .execute();
  const row = await tx
    .selectFrom('applied_retentions')
    .select(['minimums', 'applied_at'])
    .where('tenant', '=', tenant)
    .forUpdate()
    .skipLocked()
    .executeTakeFirst();
  if (!row) return undefined;
  const head = await tx
    .selectFrom('policy_heads')
    .select('revision')
    .where('tenant', '=', tenant)
    .executeTakeFirstOrThrow();
  return { revision: head.revision, minimums: row.minimums, appliedAt: row.applied_at ?? undefined };
}

async function applied(tx: Tx, tenant: string, { revision, minimums, configs }: ToldRetention): Promise<void> {
  await tx
    .updateTable('applied_retentions')
    .set({ revision, minimums, applied_at: sql`now()` })
    .where('tenant', '=', tenant)
    .execute();
  for (const config of configs) {
    await tx
      .updateTable('framework_configs')
      .set({ retention_applied_at: sql`now()` })
      .where('tenant', '=', tenant)
      .where('framework', '=', config.framework)
      .where('revision', '=', config.revision)
      .where('retention_applied_at', 'is', null)
      .execute();
  }
}
