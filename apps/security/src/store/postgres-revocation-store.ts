import type { Scope } from '@weir/context';
import type { Database } from '@weir/database';
import { sql, type Selectable, type Transaction } from 'kysely';
import { principalName, type PrincipalKey } from '../domain/principal.ts';
import { nextSecond, type RevocationRecord, type RevocationTarget } from '../domain/revocation.ts';
import type { RevocationStore } from './revocation-store.ts';
import type { Schema } from './schema.ts';

type Tx = Transaction<Schema>;
type Row = Selectable<Schema['revocations']>;
type Draft = Pick<Row, 'tenant' | 'kind' | 'target' | 'issued_before' | 'expires_at'>;

/** Revocations in PostgreSQL. `longestMs`: how long a token can be valid at most, clock skew included. */
export const postgresRevocationStore = (database: Database<Schema>, longestMs: number): RevocationStore => ({
  revokeToken: (scope, tenant, tokenId, expiresAt) =>
    database.within(scope, (tx) => revokeToken(tx, tenant, tokenId, expiresAt)),
  revokePrincipal: (scope, principal) => database.within(scope, (tx) => revokePrincipal(tx, principal, longestMs)),
  revokeTenant: (scope, tenant) => database.within(scope, (tx) => revokeTenant(tx, tenant, longestMs)),
  revokeKey: (scope, keyId) => database.within(scope, (tx) => revokeKey(tx, keyId, longestMs)),
  since: (scope, revision) => since(database, scope, revision),
  purge: (scope) => database.within(scope, purge),
});

async function revokeToken(tx: Tx, tenant: string, tokenId: string, expiresAt: Date): Promise<RevocationRecord> {
  const found = await findToken(tx, tenant, tokenId);
  if (found) return recordOf(found);
  const revision = await nextRevision(tx);
  // Two that came together took the revision one after the other: look again.
  const earlier = await findToken(tx, tenant, tokenId);
  if (earlier) return recordOf(earlier);
  return insert(tx, revision, { tenant, kind: 'token', target: tokenId, issued_before: null, expires_at: expiresAt });
}

async function revokePrincipal(tx: Tx, key: PrincipalKey, longestMs: number): Promise<RevocationRecord> {
  const { tenant, id } = key;
  const principal = tx.selectFrom('principals').where('tenant', '=', tenant).where('id', '=', id);
  await principal.select('id').forUpdate().executeTakeFirstOrThrow();
  const before = nextSecond(await clock(tx));
  await tx
    .updateTable('principals')
    .set({ tokens_valid_from: before })
    .where('tenant', '=', tenant)
    .where('id', '=', id)
    .execute();
  return insert(tx, await nextRevision(tx), {
    tenant,
    kind: 'principal',
    target: principalName(key),
    issued_before: before,
    expires_at: after(before, longestMs),
  });
}

async function revokeTenant(tx: Tx, tenant: string, longestMs: number): Promise<RevocationRecord> {
  await tx
    .insertInto('token_tenants')
    .values({ tenant })
    .onConflict((on) => on.doNothing())
    .execute();
  await tx.selectFrom('token_tenants').select('tenant').where('tenant', '=', tenant).forUpdate().execute();
  const before = nextSecond(await clock(tx));
  await tx.updateTable('token_tenants').set({ tokens_valid_from: before }).where('tenant', '=', tenant).execute();
  const expires_at = after(before, longestMs);
  return insert(tx, await nextRevision(tx), { tenant, kind: 'tenant', target: '', issued_before: before, expires_at });
}

async function revokeKey(tx: Tx, keyId: string, longestMs: number): Promise<RevocationRecord> {
  const expires_at = after(await clock(tx), longestMs);
  return insert(tx, await nextRevision(tx), {
    tenant: '',
    kind: 'key',
    target: keyId,
    issued_before: null,
    expires_at,
  });
}

type NewsRow = { readonly head: bigint; readonly keys_head: bigint } & {
  readonly [Column in keyof Row]: Row[Column] | null;
};

/** One statement, and so of one moment; a look that finds nothing costs one round trip. */
async function since(database: Database<Schema>, scope: Scope, revision: bigint) {
  const rows = await database.once(
    scope,
    sql<NewsRow>`
      select h.revision as head, h.keys_revision as keys_head, r.*
      from token_head h
      left join revocations r on r.revision > ${revision} and r.revision <= h.revision and r.expires_at > now()
      order by r.revision`,
  );
  const [first] = rows;
  if (!first) throw new Error('token_head is empty');
  const revocations = rows.filter((row): row is NewsRow & Row => row.revision !== null).map(recordOf);
  return { revision: first.head, keysRevision: first.keys_head, revocations };
}

async function purge(tx: Tx): Promise<void> {
  await tx
    .deleteFrom('revocations')
    .where('expires_at', '<=', sql<Date>`now()`)
    .execute();
}

const after = (time: Date, ms: number): Date => new Date(time.getTime() + ms);

/** The database's clock at this moment, after the locks before it were granted; not the time the transaction began. */
async function clock(tx: Tx): Promise<Date> {
  const { rows } = await sql<{ now: Date }>`select clock_timestamp() as now`.execute(tx);
  if (!rows[0]) throw new Error('the database told no time');
  return rows[0].now;
}

async function nextRevision(tx: Tx): Promise<bigint> {
  const { revision } = await tx
    .updateTable('token_head')
    .set((eb) => ({ revision: eb('revision', '+', 1n) }))
    .returning('revision')
    .executeTakeFirstOrThrow();
  return revision;
}

const findToken = (tx: Tx, tenant: string, tokenId: string): Promise<Row | undefined> =>
  tx
    .selectFrom('revocations')
    .selectAll()
    .where('tenant', '=', tenant)
    .where('kind', '=', 'token')
    .where('target', '=', tokenId)
    .executeTakeFirst();

async function insert(tx: Tx, revision: bigint, draft: Draft): Promise<RevocationRecord> {
  const values = { revision, ...draft };
  return recordOf(await tx.insertInto('revocations').values(values).returningAll().executeTakeFirstOrThrow());
}

const recordOf = (row: Row): RevocationRecord => ({
  revision: row.revision,
  tenant: row.tenant,
  target: targetOf(row),
  issuedBefore: row.issued_before ?? undefined,
  revokedAt: row.revoked_at,
  expiresAt: row.expires_at,
});

function targetOf({ kind, target }: Row): RevocationTarget {
  switch (kind) {
    case 'token':
      return { kind, tokenId: target };
    case 'principal':
      return { kind, name: target };
    case 'key':
      return { kind, keyId: target };
    case 'tenant':
      return { kind };
  }
}
