import type { Scope } from '@weir/context';
import type { Limits, Quota } from '@weir/contracts/registry';
import type { Database } from '@weir/database';
import { sql, type Insertable, type Selectable, type Transaction, type Updateable } from 'kysely';
import { boundOf, type TenantRecord, type TenantSettings } from '../domain/tenant.ts';
import { ceilingChanged } from './change-rows.ts';
import type { Schema, TenantTable } from './schema.ts';
import type { TenantChange, TenantPage, TenantStore } from './tenant-store.ts';

/** Tenants in PostgreSQL. */
export function postgresTenantStore(database: Database<Schema>): TenantStore {
  return {
    find: (scope, id) => database.within(scope, async (tx) => record(await present(tx, id).executeTakeFirst())),
    hold: (scope, id) =>
      database.within(scope, async (tx) => record(await present(tx, id).forNoKeyUpdate().executeTakeFirst())),
    list: (scope, page) => database.within(scope, (tx) => list(tx, page)),
    create: (scope, id, settings) => database.within(scope, (tx) => create(tx, id, settings)),
    change: (scope, id, change) => database.within(scope, (tx) => write(tx, id, change)),
    countRunningJobs: (scope: Scope, id: string) =>
      database.within(scope, async (tx) => {
        await tx.selectFrom('tenant_meters').select('tenant').where('tenant', '=', id).forUpdate().execute();
        const { count } = await tx
          .selectFrom('job_slots')
          .select((eb) => eb.fn.countAll<bigint>().as('count'))
          .where('tenant', '=', id)
          .where('ended_at', 'is', null)
          .where('expires_at', '>', sql<Date>`clock_timestamp()`)
          .executeTakeFirstOrThrow();
        return Number(count);
      }),
  };
}

type Tx = Transaction<Schema>;

const present = (tx: Tx, id: string) =>
  tx.selectFrom('tenants').selectAll().where('tenant', '=', id).where(notPurged());

const notPurged = () => sql<boolean>`(purge_at is null or purge_at > now())`;

async function list(tx: Tx, { after, limit, showDeleted }: TenantPage): Promise<TenantRecord[]> {
  let query = tx.selectFrom('tenants').selectAll().where('tenant', '>', after).where(notPurged());
  if (!showDeleted) query = query.where('deleted_at', 'is', null);
  const rows = await query.orderBy('tenant').limit(limit).execute();
  return rows.map(recordOf);
}

async function create(tx: Tx, id: string, settings: TenantSettings): Promise<TenantRecord | undefined> {
  await purge(tx, id);
  const row = await tx
    .insertInto('tenants')
    .values({ tenant: id, ...columns(settings) })
    .onConflict((conflict) => conflict.column('tenant').doNothing())
    .returningAll()
    .executeTakeFirst();
  if (row) await tx.insertInto('tenant_meters').values({ tenant: id }).execute();
  return record(row);
}

const OWNED = [
  'grants',
  'visible_spans',
  'job_slots',
  'tenant_meters',
  'usage_months',
  'deployments',
  'deployment_versions',
  // Or whoever watches would hear of what the one before could see.
  'catalogue_changes',
] as const;

// Whoever gets the id next must find nothing of the tenant that had it.
async function purge(tx: Tx, id: string): Promise<void> {
  const gone = await tx
    .deleteFrom('tenants')
    .where('tenant', '=', id)
    .where('purge_at', '<=', sql<Date>`now()`)
    .executeTakeFirst();
  if (gone.numDeletedRows === 0n) return;
  for (const table of OWNED) {
    await tx.deleteFrom(table).where('tenant', '=', id).execute();
  }
}

async function write(tx: Tx, id: string, change: TenantChange): Promise<TenantRecord> {
  const { suspendedAt, deletedAt, purgeAt, ...settings } = change;
  const before = await present(tx, id).forNoKeyUpdate().executeTakeFirst();
  const row = await tx
    .updateTable('tenants')
    .set({
      ...definedColumns(settings),
      ...(suspendedAt !== undefined && { suspended_at: suspendedAt }),
      ...(deletedAt !== undefined && { deleted_at: deletedAt }),
      ...(purgeAt !== undefined && { purge_at: purgeAt }),
      updated_at: sql<Date>`now()`,
      revision: sql<bigint>`revision + 1`,
    })
    .where('tenant', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();
  const [earlier, now] = [before ? ceilingOf(before) : 0, ceilingOf(row)];
  if (earlier !== now) await ceilingChanged(tx, id, earlier, now);
  return recordOf(row);
}

// A deleted tenant sees nothing.
const ceilingOf = (row: Selectable<TenantTable>): number => (row.deleted_at ? 0 : row.clearance_ceiling);

const columns = (settings: TenantSettings): Omit<Insertable<TenantTable>, 'tenant'> => ({
  display_name: settings.displayName,
  tier: settings.tier,
  allowed_environments: settings.allowedEnvironments,
  clearance_ceiling: settings.clearanceCeiling,
  ...limitColumns(settings.limits),
});

const definedColumns = (settings: Partial<TenantSettings>): Updateable<TenantTable> => ({
  ...(settings.displayName !== undefined && { display_name: settings.displayName }),
  ...(settings.tier !== undefined && { tier: settings.tier }),
  ...(settings.allowedEnvironments && { allowed_environments: settings.allowedEnvironments }),
  ...(settings.clearanceCeiling !== undefined && { clearance_ceiling: settings.clearanceCeiling }),
  ...(settings.limits && limitColumns(settings.limits)),
});

const limitColumns = (limits: Limits) => ({
  max_concurrent_jobs: limits.maxConcurrentJobs ?? null,
  monthly_processing_hours: quotaColumn(limits.monthlyProcessingHours),
  storage_gb: quotaColumn(limits.storageGb),
  custom_limits: JSON.stringify(limits.customLimits, (_, value: unknown) =>
    typeof value === 'bigint' ? String(value) : value,
  ),
});

const NO_BOUND = -1n;

const quotaColumn = (quota: Quota | undefined): bigint | null => (quota ? (boundOf(quota) ?? NO_BOUND) : null);

const quotaOf = (column: bigint | null): Quota | undefined => {
  if (column === null) return undefined;
  return { bound: column === NO_BOUND ? { $case: 'unlimited', value: true } : { $case: 'atMost', value: column } };
};

const record = (row: Selectable<TenantTable> | undefined): TenantRecord | undefined => row && recordOf(row);

/** A row as the domain sees it. */
export const recordOf = (row: Selectable<TenantTable>): TenantRecord => ({
  id: row.tenant,
  displayName: row.display_name,
  tier: row.tier,
  limits: {
    maxConcurrentJobs: row.max_concurrent_jobs ?? undefined,
    monthlyProcessingHours: quotaOf(row.monthly_processing_hours),
    storageGb: quotaOf(row.storage_gb),
    customLimits: Object.fromEntries(Object.entries(row.custom_limits).map(([name, value]) => [name, BigInt(value)])),
  },
  allowedEnvironments: row.allowed_environments,
  clearanceCeiling: row.clearance_ceiling,
  revision: row.revision,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
  suspendedAt: row.suspended_at ?? undefined,
  deletedAt: row.deleted_at ?? undefined,
  purgeAt: row.purge_at ?? undefined,
});
