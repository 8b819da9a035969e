import { Route, RouteKey } from '@weir/contracts/deployment';
import type { Database } from '@weir/database';
import type { Selectable } from 'kysely';
import type { RouteChange, RouteStore } from './route-store.ts';
import type { Schema } from './schema.ts';

/** Routes in PostgreSQL. */
export const postgresRouteStore = (database: Database<Schema>): RouteStore => ({
  snapshot: (scope) =>
    database.within(
      scope,
      async (tx) => {
        const { revision } = await tx.selectFrom('route_head').select('revision').executeTakeFirstOrThrow();
        const rows = await tx.selectFrom('lanes').select('route').where('route', 'is not', null).execute();
        return { revision, routes: rows.flatMap(({ route }) => (route ? [Route.decode(route)] : [])) };
      },
      { isolation: 'repeatable read' },
    ),
  head: (scope) =>
    database.within(scope, (tx) =>
      tx.selectFrom('route_head').select(['revision', 'compacted']).executeTakeFirstOrThrow(),
    ),
  between: (scope, after, upTo, limit) =>
    database.within(scope, async (tx) => {
      const rows = await tx
        .selectFrom('route_changes')
        .selectAll()
        .where('revision', '>', after)
        .where('revision', '<=', upTo)
        .orderBy('revision')
        .limit(limit)
        .execute();
      return rows.map(changeOf);
    }),
  compact: (scope, before) =>
    database.within(scope, async (tx) => {
      const removed = await tx
        .deleteFrom('route_changes')
        .where('changed_at', '<', before)
        .returning('revision')
        .execute();
      const newest = removed.reduce((highest, { revision }) => (revision > highest ? revision : highest), 0n);
      if (newest === 0n) return;
      await tx.updateTable('route_head').set({ compacted: newest }).where('compacted', '<', newest).execute();
    }),
});

const changeOf = ({ revision, route, ...row }: Selectable<Schema['route_changes']>): RouteChange => ({
  revision,
  key: RouteKey.fromPartial({
    tenant: `tenants/${row.tenant}`,
    environment: row.environment as RouteKey['environment'],
    component: row.component,
  }),
  route: route ? Route.decode(route) : undefined,
});
