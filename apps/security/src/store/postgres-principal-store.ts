import { PrincipalState, Role, type PrincipalKind } from '@weir/contracts/security';
import type { Database } from '@weir/database';
import { sql, type ExpressionBuilder, type Selectable } from 'kysely';
import type { PrincipalKey, PrincipalRecord } from '../domain/principal.ts';
import type { PrincipalFilter, PrincipalStore } from './principal-store.ts';
import type { Schema } from './schema.ts';

type Row = Selectable<Schema['principals']>;

/** Principals in PostgreSQL. */
export function postgresPrincipalStore(database: Database<Schema>): PrincipalStore {
  return {
    create: (scope, { tenant, id, kind, displayName, roles }) =>
      database.within(scope, async (tx) => {
        await tx
          .insertInto('token_tenants')
          .values({ tenant })
          .onConflict((on) => on.doNothing())
          .execute();
        const row = await tx
          .insertInto('principals')
          .values({ tenant, id, kind, display_name: displayName, roles: [...roles] })
          .onConflict((on) => on.doNothing())
          .returningAll()
          .executeTakeFirst();
        return row && recordOf(row);
      }),
    find: (scope, key) =>
      database.within(scope, async (tx) => {
        const row = await tx.selectFrom('principals').selectAll().where(is(key)).executeTakeFirst();
        return row && recordOf(row);
      }),
    lock: (scope, key) =>
      database.within(scope, async (tx) => {
        const row = await tx.selectFrom('principals').selectAll().where(is(key)).forUpdate().executeTakeFirst();
        return row && recordOf(row);
      }),
    lockAdmins: (scope) =>
      database.within(scope, async (tx) => {
        const rows = await tx
          .selectFrom('principals')
          .selectAll()
          .where('tenant', '=', '')
          .where('disabled_at', 'is', null)
          .where(hasRole(Role.PLATFORM_ADMIN))
          .orderBy('id')
          .forUpdate()
          .execute();
        return rows.map(recordOf);
      }),
    list: (scope, filter, after, limit) =>
      database.within(scope, async (tx) => {
        const query = tx.selectFrom('principals').selectAll().where('id', '>', after).where(matches(filter));
        return (await query.orderBy('id').limit(limit).execute()).map(recordOf);
      }),
    change: (scope, key, { displayName, roles, disabled }) =>
      database.within(scope, async (tx) => {
        const row = await tx
          .updateTable('principals')
          .set((eb) => ({
            revision: eb('revision', '+', 1n),
            updated_at: sql<Date>`now()`,
            ...(displayName !== undefined && { display_name: displayName }),
            ...(roles && { roles: [...roles] }),
            ...(disabled !== undefined && { disabled_at: disabled ? sql<Date>`now()` : null }),
          }))
          .where(is(key))
          .returningAll()
          .executeTakeFirstOrThrow();
        return recordOf(row);
      }),
  };
}

type Where = ExpressionBuilder<Schema, 'principals'>;

const is =
  ({ tenant, id }: PrincipalKey) =>
  (eb: Where) =>
    eb.and([eb('tenant', '=', tenant), eb('id', '=', id)]);

const hasRole = (role: Role) => sql<boolean>`roles @> array[${role}]::smallint[]`;

const matches =
  ({ tenant, kind, role, state }: PrincipalFilter) =>
  (eb: Where) =>
    eb.and([
      eb('tenant', '=', tenant),
      ...(kind === undefined ? [] : [eb('kind', '=', kind)]),
      ...(role === undefined ? [] : [hasRole(role)]),
      ...(state === undefined ? [] : [eb('disabled_at', state === PrincipalState.ACTIVE ? 'is' : 'is not', null)]),
    ]);

/** The record in a row. */
export const recordOf = (row: Row): PrincipalRecord => ({
  tenant: row.tenant,
  id: row.id,
  kind: row.kind as PrincipalKind,
  displayName: row.display_name,
  roles: row.roles as Role[],
  revision: row.revision,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
  disabledAt: row.disabled_at ?? undefined,
  lastAuthenticatedAt: row.last_authenticated_at ?? undefined,
});
