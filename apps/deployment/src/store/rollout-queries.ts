import type { Scope } from '@weir/context';
import type { Database } from '@weir/database';
import { sql } from 'kysely';
import { idOf, tenantOf } from '../domain/names.ts';
import { deployments, recordOf } from './deployment-rows.ts';
import type { RolloutStore } from './rollout-store.ts';
import type { Schema } from './schema.ts';

/** The reading half of the rollout store. */
export type RolloutQueries = Pick<RolloutStore, 'find' | 'list' | 'revisions' | 'liveLanes' | 'liveOf'>;

/** Reads deployments from PostgreSQL. */
export const rolloutQueries = (database: Database<Schema>): RolloutQueries => ({
  find: (scope: Scope, name) =>
    database.within(scope, async (tx) => {
      const query = deployments(tx).where('d.tenant', '=', tenantOf(name)).where('d.id', '=', idOf(name));
      const row = await query.executeTakeFirst();
      return row && recordOf(row);
    }),
  list: (scope, tenant, { environments, component, phases }, after, limit) =>
    database.within(scope, async (tx) => {
      let query = deployments(tx).where('d.tenant', '=', tenant);
      if (environments.length > 0) query = query.where('d.environment', 'in', [...environments]);
      if (component !== '') query = query.where('d.component', '=', component);
      if (phases.length > 0) query = query.where('d.phase', 'in', [...phases]);
      if (after) query = query.where(earlierThan(after));
      const rows = await query.orderBy('d.created_at', 'desc').orderBy('d.id', 'desc').limit(limit).execute();
      return rows.map(recordOf);
    }),
  revisions: (scope, key, before, limit) =>
    database.within(scope, async (tx) => {
      const rows = await deployments(tx)
        .where('d.tenant', '=', key.tenant)
        .where('d.environment', '=', key.environment)
        .where('d.component', '=', key.component)
        .where('d.revision_number', '<', before)
        .orderBy('d.revision_number', 'desc')
        .limit(limit)
        .execute();
      return rows.map(recordOf);
    }),
  liveLanes: (scope) =>
    database.within(scope, (tx) => {
      const lanes = tx.selectFrom('deployments').select(['tenant', 'environment', 'component']).distinct();
      return lanes.where('live', '=', true).execute();
    }),
  liveOf: (scope, tenant) =>
    database.within(scope, async (tx) => {
      const rows = await deployments(tx).where('d.tenant', '=', tenant).where('d.live', '=', true).execute();
      return rows.map(recordOf);
    }),
});

/** A cursor: microseconds since the epoch, and the id. */
const earlierThan = ([microseconds = '', id = '']: readonly string[]) =>
  sql<boolean>`(d.created_at, d.id) < ('epoch'::timestamptz + ${Number(microseconds)} * interval '1 microsecond', ${id})`;
