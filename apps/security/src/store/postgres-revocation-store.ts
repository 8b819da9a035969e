import type { Database } from '@weir/database';
import { sql, type Selectable, type Transaction } from 'kysely';
import { principalName } from '../domain/principal.ts';
import { nextSecond, type RevocationRecord, type RevocationTarget } from '../domain/revocation.ts';
import type { RevocationStore } from './revocation-store.ts';
import type { Schema } from './schema.ts';

type Tx = Transaction<Schema>;
type Row = Selectable<Schema['revocations']>;
type Draft = Pick<Row, 'tenant' | 'kind' | 'target' | 'issued_before' | 'expires_at'>;

/** Revocations in PostgreSQL. `longestMs`: how long a token can be valid at most, clock skew included. */
export function postgresRevocationStore(database: Database<Schema>, longestMs: number): RevocationStore {
  const expiry = (from: Date): Date => new Date(from.getTime() + longestMs);

  return {
    revokeToken: (scope, tenant, tokenId, expiresAt) =>
      database.within(scope, async (tx) => {
        const found = await findToken(tx, tenant, tokenId);
        if (found) return recordOf(found);
        const revision = await nextRevision(tx);
        // Two that came together took the revision one after the other: look again.
        const earlier = await findToken(tx, tenant, tokenId);
        if (earlier) return recordOf(earlier);
        const draft: Draft = { tenant, kind: 'token', target: tokenId, issued_before: null, expires_at: expiresAt };
        return insert(tx, revision, draft);
      }),
    revokePrincipal: (scope, { tenant, id }) =>
      database.within(scope, async (tx) => {
        const principal = tx.selectFrom('principals').where('tenant', '=', tenant).where('id', '=', id);
        await principal.select('id').forUpdate().executeTakeFirstOrThrow();
        const before = nextSecond(await clock(tx));
        await tx
          .updateTable('principals')
          .set({ tokens_valid_from: before })
          .where('tenant', '=', tenant)
          .where('id', '=', id)
          .execute();
        const target = principalName({ tenant, id });
        const draft: Draft = { tenant, kind: 'principal', target, issued_before: before, expires_at: expiry(before) };
        return insert(tx, await nextRevision(tx), draft);
      }),
    revokeTenant: (scope, tenant) =>
      database.within(scope, async (tx) => {
        await tx
          .insertInto('token_tenants')
          .values({ tenant })
          .onConflict((on) => on.doNothing())
          .execute();
        await tx.selectFrom('token_tenants').select('tenant').where('tenant', '=', tenant).forUpdate().execute();
        const before = nextSecond(await clock(tx));
        await tx.updateTable('token_tenants').set({ tokens_valid_from: before }).where('tenant', '=', tenant).execute();
        const draft: Draft = { tenant, kind: 'tenant', target: '', issued_before: before, expires_at: expiry(before) };
        return insert(tx, await nextRevision(tx), draft);
      }),
    revokeKey: (scope, keyId) =>
      database.within(scope, async (tx) => {
        const expires_at = expiry(await clock(tx));
        return insert(tx, await nextRevision(tx), {
          tenant: '',
          kind: 'key',
          target: keyId,
          issued_before: null,
          expires_at,
        });
      }),
    since: (scope, revision) =>
      database.within(scope, async (tx) => {
        const head = await tx.selectFrom('token_head').selectAll().executeTakeFirstOrThrow();
        const rows =
          head.revision === revision
            ? []
            : await tx
                .selectFrom('revocations')
                .selectAll()
                .where('revision', '>', revision)
                .where('revision', '<=', head.revision)
                .where('expires_at', '>', sql<Date>`now()`)
                .orderBy('revision')
                .execute();
        return { revision: head.revision, keysRevision: head.keys_revision, revocations: rows.map(recordOf) };
      }),
    purge: (scope) =>
      database.within(scope, async (tx) => {
        await tx
          .deleteFrom('revocations')
          .where('expires_at', '<=', sql<Date>`now()`)
          .execute();
      }),
  };
}

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
