import type { Database } from '@weir/database';
import { sql, type ExpressionBuilder, type Selectable } from 'kysely';
import type { ClientSecretRecord } from '../domain/client-secret.ts';
import type { PrincipalKey } from '../domain/principal.ts';
import type { ClientSecretStore, NewClientSecret } from './client-secret-store.ts';
import { recordOf as principalOf } from './postgres-principal-store.ts';
import type { Schema } from './schema.ts';

type Row = Selectable<Schema['client_secrets']>;

/** Client secrets in PostgreSQL. */
export function postgresClientSecretStore(database: Database<Schema>): ClientSecretStore {
  return {
    create: (scope, secret) =>
      database.within(scope, async (tx) =>
        recordOf(await tx.insertInto('client_secrets').values(rowOf(secret)).returningAll().executeTakeFirstOrThrow()),
      ),
    countUsable: (scope, principal) =>
      database.within(scope, async (tx) => {
        const { count } = await tx
          .selectFrom('client_secrets')
          .select((eb) => eb.fn.countAll<bigint>().as('count'))
          .where(of(principal))
          .where(usable)
          .executeTakeFirstOrThrow();
        return Number(count);
      }),
    list: (scope, principal, { showUnusable, after, limit }) =>
      database.within(scope, async (tx) => {
        const rows = await tx
          .selectFrom('client_secrets')
          .selectAll()
          .where(of(principal))
          .$if(!showUnusable, (query) => query.where(usable))
          .$if(after !== undefined, (query) =>
            query.where(sql<boolean>`(created_at, id) < (${after?.createdAt}, ${after?.id})`),
          )
          .orderBy('created_at', 'desc')
          .orderBy('id', 'desc')
          .limit(limit)
          .execute();
        return rows.map(recordOf);
      }),
    revoke: (scope, principal, id) =>
      database.within(scope, async (tx) => {
        const row = await tx
          .updateTable('client_secrets')
          .set({ revoked_at: sql<Date>`coalesce(revoked_at, now())` })
          .where(of(principal))
          .where('id', '=', id)
          .returningAll()
          .executeTakeFirst();
        return row && recordOf(row);
      }),
    credential: (scope, principal, id) =>
      database.within(scope, async (tx) => {
        const row = await tx
          .selectFrom('client_secrets as s')
          .innerJoin('principals as p', (join) =>
            join.onRef('p.tenant', '=', 's.tenant').onRef('p.id', '=', 's.principal'),
          )
          .selectAll('p')
          .select([
            's.hash',
            sql<boolean>`s.revoked_at is null and (s.expires_at is null or s.expires_at > now())`.as('usable'),
          ])
          .where('s.tenant', '=', principal.tenant)
          .where('s.principal', '=', principal.id)
          .where('s.id', '=', id)
          .executeTakeFirst();
        return row && { principal: principalOf(row), hash: row.hash, usable: row.usable && row.disabled_at === null };
      }),
    markUsed: (scope, principal, id) =>
      database.within(scope, async (tx) => {
        const now = sql<Date>`now()`;
        await tx
          .updateTable('client_secrets')
          .set({ last_used_at: now })
          .where(of(principal))
          .where('id', '=', id)
          .where(olderThan30s('last_used_at'))
          .execute();
        await tx
          .updateTable('principals')
          .set({ last_authenticated_at: now })
          .where('tenant', '=', principal.tenant)
          .where('id', '=', principal.id)
          .where(olderThan30s('last_authenticated_at'))
          .execute();
      }),
    replace: (scope, secret) =>
      database.within(scope, async (tx) => {
        const row = rowOf(secret);
        await tx
          .insertInto('client_secrets')
          .values(row)
          .onConflict((on) =>
            on.columns(['tenant', 'principal', 'id']).doUpdateSet({
              hash: row.hash,
              display_name: row.display_name,
              created_by: row.created_by,
              created_at: sql<Date>`now()`,
              expires_at: null,
              revoked_at: null,
              last_used_at: null,
            }),
          )
          .execute();
      }),
  };
}

type Where = ExpressionBuilder<Schema, 'client_secrets'>;

const of =
  ({ tenant, id }: PrincipalKey) =>
  (eb: Where) =>
    eb.and([eb('tenant', '=', tenant), eb('principal', '=', id)]);

const usable = sql<boolean>`revoked_at is null and (expires_at is null or expires_at > now())`;

const olderThan30s = (column: string) =>
  sql<boolean>`coalesce(${sql.ref(column)} < now() - interval '30 seconds', true)`;

const rowOf = ({ principal, id, displayName, hash, createdBy, lifetimeMs }: NewClientSecret) => ({
  tenant: principal.tenant,
  principal: principal.id,
  id,
  display_name: displayName,
  hash,
  created_by: createdBy,
  expires_at: lifetimeMs === undefined ? null : sql<Date>`now() + ${lifetimeMs} * interval '1 millisecond'`,
});

const recordOf = (row: Row): ClientSecretRecord => ({
  principal: { tenant: row.tenant, id: row.principal },
  id: row.id,
  displayName: row.display_name,
  createdAt: row.created_at,
  createdBy: row.created_by,
  expiresAt: row.expires_at ?? undefined,
  revokedAt: row.revoked_at ?? undefined,
  lastUsedAt: row.last_used_at ?? undefined,
});
