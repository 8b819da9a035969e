import type { Database } from '@weir/database';
import { sql, type Selectable, type Transaction } from 'kysely';
import { randomUUID } from 'node:crypto';
import type { GrantRecord } from '../domain/grant.ts';
import type { GrantPage, GrantStore, NewGrant } from './grant-store.ts';
import type { GrantTable, Schema } from './schema.ts';
import { deriveSpans, lockSpans } from './visible-spans.ts';

type Tx = Transaction<Schema>;

/** Grants in PostgreSQL. */
export function postgresGrantStore(database: Database<Schema>, newId: () => string = randomUUID): GrantStore {
  return {
    put: (scope, grant) => database.within(scope, (tx) => put(tx, grant, `g${newId()}`)),
    hold: (scope, tenant, id) =>
      database.within(scope, async (tx) => {
        const query = tx.selectFrom('grants').selectAll().where('tenant', '=', tenant).where('id', '=', id);
        const row = await query.forUpdate().executeTakeFirst();
        return row && recordOf(row);
      }),
    revoke: (scope, tenant, id) => database.within(scope, (tx) => revoke(tx, tenant, id)),
    list: (scope, page) => database.within(scope, (tx) => list(tx, page)),
  };
}

async function put(
  tx: Tx,
  { tenant, component, range, expiresAt, grantedBy }: NewGrant,
  id: string,
): Promise<GrantRecord> {
  const expires = expiresAt ?? null;
  await lockSpans(tx, { tenant, component });
  const row = await tx
    .insertInto('grants')
    .values({ tenant, id, component, range, expires_at: expires, granted_by: grantedBy })
    .onConflict((conflict) =>
      conflict
        .columns(['tenant', 'component', 'range'])
        .where('revoked_at', 'is', null)
        .doUpdateSet({ expires_at: expires, revision: sql<bigint>`grants.revision + 1` })
        .where(sql<boolean>`grants.expires_at is distinct from excluded.expires_at`),
    )
    .returningAll()
    .executeTakeFirst();
  await deriveSpans(tx, { tenant, component });
  return recordOf(row ?? (await heldGrant(tx, { tenant, component, range })));
}

// A repeat changes nothing, not even the etag; then the insert returns no row.
const heldGrant = (tx: Tx, { tenant, component, range }: Pick<NewGrant, 'tenant' | 'component' | 'range'>) =>
  tx
    .selectFrom('grants')
    .selectAll()
    .where('tenant', '=', tenant)
    .where('component', '=', component)
    .where('range', '=', range)
    .where('revoked_at', 'is', null)
    .executeTakeFirstOrThrow();

async function revoke(tx: Tx, tenant: string, id: string): Promise<GrantRecord> {
  const row = await tx
    .updateTable('grants')
    .set({ revoked_at: sql<Date>`now()`, revision: sql<bigint>`revision + 1` })
    .where('tenant', '=', tenant)
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();
  await lockSpans(tx, row);
  await deriveSpans(tx, row);
  return recordOf(row);
}

async function list(tx: Tx, { tenant, component, showEnded, after, limit }: GrantPage): Promise<GrantRecord[]> {
  let query = tx.selectFrom('grants').selectAll();
  if (tenant !== undefined) query = query.where('tenant', '=', tenant);
  if (component !== undefined) query = query.where('component', '=', component);
  if (!showEnded)
    query = query.where('revoked_at', 'is', null).where(sql<boolean>`(expires_at is null or expires_at > now())`);
  if (after)
    query = query.where(sql<boolean>`(tenant, component, id) > (${after.tenant}, ${after.component}, ${after.id})`);
  const rows = await query.orderBy('tenant').orderBy('component').orderBy('id').limit(limit).execute();
  return rows.map(recordOf);
}

const recordOf = (row: Selectable<GrantTable>): GrantRecord => ({
  tenant: row.tenant,
  id: row.id,
  component: row.component,
  range: row.range,
  expiresAt: row.expires_at ?? undefined,
  grantedAt: row.granted_at,
  grantedBy: row.granted_by,
  revokedAt: row.revoked_at ?? undefined,
  revision: row.revision,
});
