import { platformScope } from '@weir/context';
import type { Database } from '@weir/database';
import { sql, type Transaction } from 'kysely';
import type { KeyAge } from '../domain/compliance/measures/basis.ts';
import { cryptoKeyName } from '../domain/crypto/crypto-key.ts';
import type { Schema } from './schema.ts';
import type { SystemFactsStore } from './system-facts-store.ts';

type Tx = Transaction<Schema>;

/** The facts in PostgreSQL. */
export const postgresSystemFactsStore = (database: Database<Schema>): SystemFactsStore => ({
  keys: (scope, tenant) => database.within(scope, (tx) => keys(tx, tenant)),
  lastWaiting: () => database.within(platformScope(), lastWaiting),
  isWaiting: (upTo) =>
    database.within(platformScope(), async (tx) => {
      const row = await tx.selectFrom('audit_outbox').select('id').where('id', '<=', upTo).limit(1).executeTakeFirst();
      return row !== undefined;
    }),
  unerased: (scope, tenant) => database.within(scope, (tx) => unerased(tx, tenant)),
});

async function keys(tx: Tx, tenant: string): Promise<KeyAge[]> {
  const rows = await tx
    .selectFrom('crypto_keys as k')
    .innerJoin('crypto_key_versions as v', (join) =>
      join.onRef('v.tenant', '=', 'k.tenant').onRef('v.key', '=', 'k.id').onRef('v.version', '=', 'k.primary_version'),
    )
    .select(['k.id', 'k.primary_version', 'v.created_at'])
    .where('k.tenant', '=', tenant)
    .where('k.destroyed_at', 'is', null)
    .orderBy('k.id')
    .execute();
  return rows.map(({ id, primary_version, created_at }) => ({
    name: cryptoKeyName({ tenant, id }),
    primaryVersion: primary_version,
    since: created_at,
  }));
}

async function lastWaiting(tx: Tx): Promise<bigint | undefined> {
  const row = await tx.selectFrom('audit_outbox').select('id').orderBy('id', 'desc').limit(1).executeTakeFirst();
  return row?.id;
}

async function unerased(tx: Tx, tenant: string): Promise<string[]> {
  const { rows } = await sql<{ subject_hash: string }>`
    select distinct e.subject_hash from erasures e
    join crypto_subject_keys k
      on k.tenant = e.tenant and k.subject = decode(e.subject_hash, 'hex') and k.created_at < e.erased_at
    where e.tenant = ${tenant}`.execute(tx);
  return rows.map(({ subject_hash }) => subject_hash);
}
