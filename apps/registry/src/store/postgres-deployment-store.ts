import type { Scope } from '@weir/context';
import type { Lifecycle } from '@weir/contracts/registry';
import type { Database } from '@weir/database';
import { sql, type Transaction } from 'kysely';
import { versionNameOf } from '../domain/names.ts';
import { placeOf } from '../domain/published-version.ts';
import type { DeploymentRecord, DeploymentStore } from './deployment-store.ts';
import type { Schema } from './schema.ts';
import { seen } from './version-rows.ts';

type Tx = Transaction<Schema>;

/** What deployments use, in PostgreSQL. */
export const postgresDeploymentStore = (database: Database<Schema>): DeploymentStore => ({
  hold: (scope, tenant, deployment) => database.within(scope, (tx) => hold(tx, tenant, deployment)),
  lifecyclesOf: (scope, names) => database.within(scope, (tx) => lifecyclesOf(tx, scope, names)),
  put: (scope, record) => database.within(scope, (tx) => put(tx, record)),
});

async function hold(tx: Tx, tenant: string, id: string): Promise<DeploymentRecord | undefined> {
  // Also holds a name that nothing is recorded under yet.
  await sql`select pg_advisory_xact_lock(hashtextextended(${`deployments/${tenant}/${id}`}, 0))`.execute(tx);
  const row = await tx
    .selectFrom('deployments')
    .selectAll()
    .where('tenant', '=', tenant)
    .where('id', '=', id)
    .executeTakeFirst();
  if (!row) return undefined;
  const versions = await tx
    .selectFrom('deployment_versions as d')
    .innerJoin('versions as v', (join) => join.onRef('v.component', '=', 'd.component').onRef('v.key', '=', 'd.key'))
    .select(['v.component', 'v.version'])
    .where('d.tenant', '=', tenant)
    .where('d.deployment', '=', id)
    .execute();
  return {
    tenant,
    id,
    environment: row.environment,
    components: versions.map(({ component, version }) => versionNameOf(component, version)).sort(),
    generation: row.generation,
    recordedBy: row.recorded_by,
    recordedAt: row.recorded_at,
  };
}

async function lifecyclesOf(tx: Tx, scope: Scope, names: readonly string[]): Promise<ReadonlyMap<string, Lifecycle>> {
  const places = names.map(placeOf);
  const components = places.map(({ component }) => component);
  const keys = places.map(({ key }) => key);
  const wanted = sql`unnest(${components}::text[], ${keys}::text[]) as w (component, key)`;
  // Whoever moves one of them on waits, and then sees who uses it.
  await sql`
    select from versions where (component, key) in (select component, key from ${wanted})
    order by component, key for share`.execute(tx);
  const { rows } = await sql<{ component: string; version: string; lifecycle: Lifecycle }>`
    select v.component, v.version, v.lifecycle from ${seen(scope)} v
    where (v.component, v.key) in (select component, key from ${wanted})`.execute(tx);
  return new Map(rows.map(({ component, version, lifecycle }) => [versionNameOf(component, version), lifecycle]));
}

async function put(tx: Tx, record: Omit<DeploymentRecord, 'recordedAt'>): Promise<DeploymentRecord> {
  const { tenant, id, environment, components, generation, recordedBy } = record;
  const values = { environment, generation, recorded_by: recordedBy };
  const { recorded_at: recordedAt } = await tx
    .insertInto('deployments')
    .values({ tenant, id, ...values })
    .onConflict((conflict) =>
      conflict.columns(['tenant', 'id']).doUpdateSet({ ...values, recorded_at: sql<Date>`now()` }),
    )
    .returning('recorded_at')
    .executeTakeFirstOrThrow();
  await tx.deleteFrom('deployment_versions').where('tenant', '=', tenant).where('deployment', '=', id).execute();
  const rows = components.map(placeOf).map(({ component, key }) => ({ tenant, deployment: id, component, key }));
  if (rows.length > 0) await tx.insertInto('deployment_versions').values(rows).execute();
  return { ...record, recordedAt };
}
