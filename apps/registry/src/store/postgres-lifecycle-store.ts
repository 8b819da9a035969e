import type { Database } from '@weir/database';
import { sql, type Transaction } from 'kysely';
import { lifecycleFeatures } from '../domain/features.ts';
import type { LifecycleRecord } from '../domain/lifecycle.ts';
import { versionNameOf } from '../domain/names.ts';
import { placeOf } from '../domain/published-version.ts';
import { Lifecycle } from '@weir/contracts/registry';
import { versionChanged } from './change-rows.ts';
import { addFeatures } from './component-features.ts';
import type { HeldLifecycle, LifecycleStore } from './lifecycle-store.ts';
import type { Schema } from './schema.ts';
import { versionUse } from './version-use.ts';

type Tx = Transaction<Schema>;

/** Lifecycles in PostgreSQL. */
export const postgresLifecycleStore = (database: Database<Schema>): LifecycleStore => ({
  hold: (scope, name) => database.within(scope, (tx) => hold(tx, name)),
  set: (scope, before, record) => database.within(scope, (tx) => set(tx, before, record)),
  isActive: (scope, name) =>
    database.within(scope, async (tx) => {
      const { component, key, version } = placeOf(name);
      const row = await tx
        .selectFrom('versions')
        .select('lifecycle')
        .where('component', '=', component)
        .where('key', '=', key)
        .where('version', '=', version)
        .executeTakeFirst();
      return row?.lifecycle === Lifecycle.ACTIVE;
    }),
  use: (scope, place) => database.within(scope, (tx) => versionUse(tx, place)),
});

async function hold(tx: Tx, name: string): Promise<HeldLifecycle | undefined> {
  const { component, key, version } = placeOf(name);
  const row = await tx
    .selectFrom('versions as v')
    .leftJoin('versions as r', (join) =>
      join.onRef('r.component', '=', 'v.replacement_component').onRef('r.key', '=', 'v.replacement_key'),
    )
    .select(['v.lifecycle', 'v.lifecycle_reason', 'v.sunset_at', 'v.lifecycle_forced', 'v.revision'])
    .select(['v.replacement_component', 'r.version as replacement'])
    .where('v.component', '=', component)
    .where('v.key', '=', key)
    .where('v.version', '=', version)
    .forUpdate('v')
    .executeTakeFirst();
  if (!row) return undefined;
  const { replacement_component: other, replacement } = row;
  return {
    component,
    key,
    lifecycle: row.lifecycle,
    reason: row.lifecycle_reason,
    replacement: other !== null && replacement !== null ? versionNameOf(other, replacement) : '',
    sunsetAt: row.sunset_at ?? undefined,
    forced: row.lifecycle_forced,
    revision: row.revision,
  };
}

async function set(tx: Tx, before: HeldLifecycle, record: LifecycleRecord): Promise<void> {
  const { component, key } = before;
  const replacement = record.replacement === '' ? undefined : placeOf(record.replacement);
  await tx
    .updateTable('versions')
    .set({
      lifecycle: record.lifecycle,
      lifecycle_reason: record.reason,
      replacement_component: replacement?.component ?? null,
      replacement_key: replacement?.key ?? null,
      sunset_at: record.sunsetAt ?? null,
      lifecycle_forced: record.forced,
      lifecycle_changed_at: sql<Date>`case when lifecycle = ${record.lifecycle} then lifecycle_changed_at else now() end`,
      revision: sql<bigint>`revision + 1`,
    })
    .where('component', '=', component)
    .where('key', '=', key)
    .execute();
  await addFeatures(tx, component, lifecycleFeatures([record.lifecycle]), []);
  await versionChanged(tx, before, before.lifecycle, record.lifecycle);
}
