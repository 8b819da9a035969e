import type { Scope } from '@weir/context';
import type { Database } from '@weir/database';
import { sql, type ExpressionBuilder, type Selectable, type Transaction } from 'kysely';
import { LRUCache } from 'lru-cache';
import type { ClientSecretRecord } from '../domain/client-secret.ts';
import type { PrincipalKey } from '../domain/principal.ts';
import type { ClientSecretStore, Credential, NewClientSecret, SecretPage } from './client-secret-store.ts';
import { recordOf as principalOf } from './postgres-principal-store.ts';
import type { Schema } from './schema.ts';

type Tx = Transaction<Schema>;
type Row = Selectable<Schema['client_secrets']>;

/** Client secrets in PostgreSQL. */
export const postgresClientSecretStore = (database: Database<Schema>): ClientSecretStore => ({
  create: (scope, secret) => database.within(scope, (tx) => create(tx, secret)),
  countUsable: (scope, principal) => database.within(scope, (tx) => countUsable(tx, principal)),
  list: (scope, principal, page) => database.within(scope, (tx) => list(tx, principal, page)),
  revoke: (scope, principal, id) => database.within(scope, (tx) => revoke(tx, principal, id)),
  credential: (scope, principal, id) => credential(database, scope, principal, id),
  markUsed: markedUsed(database),
  rehash: (scope, principal, id, hash) => database.within(scope, (tx) => rehash(tx, principal, id, hash)),
  replace: (scope, secret) => database.within(scope, (tx) => replace(tx, secret)),
});

const create = async (tx: Tx, secret: NewClientSecret): Promise<ClientSecretRecord> =>
  recordOf(await tx.insertInto('client_secrets').values(rowOf(secret)).returningAll().executeTakeFirstOrThrow());

async function countUsable(tx: Tx, principal: PrincipalKey): Promise<number> {
  const { count } = await tx
    .selectFrom('client_secrets')
    .select((eb) => eb.fn.countAll<bigint>().as('count'))
    .where(of(principal))
    .where(usable)
    .executeTakeFirstOrThrow();
  return Number(count);
}

async function list(tx: Tx, principal: PrincipalKey, page: SecretPage): Promise<ClientSecretRecord[]> {
  const { showUnusable, after, limit } = page;
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
}

async function revoke(tx: Tx, principal: PrincipalKey, id: string): Promise<ClientSecretRecord | undefined> {
  const row = await tx
    .updateTable('client_secrets')
    .set({ revoked_at: sql<Date>`coalesce(revoked_at, now())` })
    .where(of(principal))
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirst();
  return row && recordOf(row);
}

type CredentialRow = Selectable<Schema['principals']> & { readonly hash: string; readonly usable: boolean };

async function credential(
  database: Database<Schema>,
  scope: Scope,
  { tenant, id }: PrincipalKey,
  secretId: string,
): Promise<Credential | undefined> {
  const [row] = await database.once(
    scope,
    sql<CredentialRow>`
      select p.*, s.hash, ${usable} as usable
      from client_secrets s join principals p on p.tenant = s.tenant and p.id = s.principal
      where s.tenant = ${tenant} and s.principal = ${id} and s.id = ${secretId}`,
  );
  return row && { principal: principalOf(row), hash: row.hash, usable: row.usable && row.disabled_at === null };
}

const rehash = async (tx: Tx, principal: PrincipalKey, id: string, hash: string): Promise<void> => {
  await tx.updateTable('client_secrets').set({ hash }).where(of(principal)).where('id', '=', id).execute();
};

/** A use is noted every 30 seconds; what this replica has noted itself it does not ask the database about. */
function markedUsed(database: Database<Schema>): ClientSecretStore['markUsed'] {
  const noted = new LRUCache<string, true>({ max: 50_000, ttl: 30_000 });
  return async (scope, principal, id) => {
    const name = `${principal.tenant}/${principal.id}/${id}`;
    if (noted.has(name)) return;
    await database.within(scope, (tx) => markUsed(tx, principal, id));
    noted.set(name, true);
  };
}

async function markUsed(tx: Tx, principal: PrincipalKey, id: string): Promise<void> {
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
}

async function replace(tx: Tx, secret: NewClientSecret): Promise<void> {
  const row = rowOf(secret);
  const unused = { expires_at: null, revoked_at: null, last_used_at: null };
  await tx
    .insertInto('client_secrets')
    .values(row)
    .onConflict((on) =>
      on.columns(['tenant', 'principal', 'id']).doUpdateSet({ ...row, ...unused, created_at: sql<Date>`now()` }),
    )
    .execute();
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
