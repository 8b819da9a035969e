import { PrincipalState, Role, type PrincipalKind } from '@weir/contracts/security';
import type { Database } from '@weir/database';
import { sql, type ExpressionBuilder, type Selectable, type Transaction } from 'kysely';
import type { GrantHolder } from '../domain/access/stale-grants.ts';
import { principalName, type PrincipalKey, type PrincipalRecord } from '../domain/principal.ts';
import type { NewPrincipal, PrincipalChange, PrincipalFilter, PrincipalStore } from './principal-store.ts';
import type { Schema } from './schema.ts';

type Tx = Transaction<Schema>;
type Row = Selectable<Schema['principals']>;

/** Principals in PostgreSQL. */
export const postgresPrincipalStore = (database: Database<Schema>): PrincipalStore => ({
  create: (scope, principal) => database.within(scope, (tx) => create(tx, principal)),
  find: (scope, key) => database.within(scope, (tx) => one(tx.selectFrom('principals').selectAll().where(is(key)))),
  lock: (scope, key) =>
    database.within(scope, (tx) => one(tx.selectFrom('principals').selectAll().where(is(key)).forUpdate())),
  lockAdmins: (scope) => database.within(scope, lockAdmins),
  list: (scope, filter, after, limit) => database.within(scope, (tx) => list(tx, filter, after, limit)),
  change: (scope, key, change) => database.within(scope, (tx) => update(tx, key, change)),
  grantHolders: (scope, tenant) => database.within(scope, (tx) => grantHolders(tx, tenant)),
});

async function create(tx: Tx, { tenant, id, kind, displayName, roles }: NewPrincipal) {
  await tx
    .insertInto('token_tenants')
    .values({ tenant })
    .onConflict((on) => on.doNothing())
    .execute();
  return one(
    tx
      .insertInto('principals')
      .values({
        tenant,
        id,
        kind,
        display_name: displayName,
        roles: [...roles],
        roles_granted_at: JSON.stringify(since(roles, {})),
      })
      .onConflict((on) => on.doNothing())
      .returningAll(),
  );
}

async function lockAdmins(tx: Tx): Promise<PrincipalRecord[]> {
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
}

async function list(tx: Tx, filter: PrincipalFilter, after: string, limit: number): Promise<PrincipalRecord[]> {
  const query = tx.selectFrom('principals').selectAll().where('id', '>', after).where(matches(filter));
  return (await query.orderBy('id').limit(limit).execute()).map(recordOf);
}

async function update(tx: Tx, key: PrincipalKey, change: PrincipalChange): Promise<PrincipalRecord> {
  const { displayName, roles, disabled } = change;
  const before =
    roles && (await tx.selectFrom('principals').select('roles_granted_at').where(is(key)).executeTakeFirst());
  const row = await tx
    .updateTable('principals')
    .set((eb) => ({
      revision: eb('revision', '+', 1n),
      updated_at: sql<Date>`now()`,
      ...(displayName !== undefined && { display_name: displayName }),
      ...(roles && {
        roles: [...roles],
        roles_granted_at: JSON.stringify(since(roles, before?.roles_granted_at ?? {})),
      }),
      ...(disabled !== undefined && { disabled_at: disabled ? sql<Date>`now()` : null }),
    }))
    .where(is(key))
    .returningAll()
    .executeTakeFirstOrThrow();
  return recordOf(row);
}

/** Since when each role is there; one that was there before keeps its time. */
const since = (roles: readonly Role[], before: Record<string, string>): Record<string, string> =>
  Object.fromEntries(roles.map((role) => [role, before[role] ?? new Date().toISOString()]));

async function grantHolders(tx: Tx, tenant: string): Promise<GrantHolder[]> {
  const rows = await tx.selectFrom('principals').selectAll().where('tenant', '=', tenant).execute();
  return rows.map((row) => ({
    name: principalName(row),
    state: row.disabled_at ? PrincipalState.DISABLED : PrincipalState.ACTIVE,
    roles: row.roles.map((role) => ({
      role: role as Role,
      since: new Date(row.roles_granted_at[role] ?? row.created_at),
    })),
    lastUsedAt: row.last_authenticated_at ?? undefined,
  }));
}

async function one(query: { executeTakeFirst(): Promise<Row | undefined> }): Promise<PrincipalRecord | undefined> {
  const row = await query.executeTakeFirst();
  return row && recordOf(row);
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
