import type { Database } from '@weir/database';
import { sql, type ExpressionBuilder, type Selectable, type Transaction } from 'kysely';
import type { CryptoKeyName, CryptoKeyRecord, CryptoKeyVersionRecord } from '../domain/crypto/crypto-key.ts';
import type { CryptoKeyStore, NewCryptoKey, SealedVersion } from './crypto-key-store.ts';
import type { Schema } from './schema.ts';

type Tx = Transaction<Schema>;
type KeyRow = Selectable<Schema['crypto_keys']>;
type VersionRow = Selectable<Schema['crypto_key_versions']>;

/** Encryption keys in PostgreSQL. */
export const postgresCryptoKeyStore = (database: Database<Schema>): CryptoKeyStore => ({
  create: (scope, key, first) => database.within(scope, (tx) => create(tx, key, first)),
  find: (scope, key) => database.within(scope, (tx) => find(tx, key)),
  lock: (scope, key) =>
    database.within(scope, async (tx) => {
      await tx.selectFrom('crypto_keys').select('id').where(is(key)).forUpdate().execute();
      return find(tx, key);
    }),
  addVersion: (scope, key, version) => database.within(scope, (tx) => addVersion(tx, key, version)),
  due: (scope) => database.within(scope, due),
});

async function create(tx: Tx, key: NewCryptoKey, first: SealedVersion): Promise<CryptoKeyRecord | undefined> {
  const { tenant, id, displayName, rotateEveryMs } = key;
  const rotate_every_ms = rotateEveryMs === undefined ? null : BigInt(rotateEveryMs);
  const made = await tx
    .insertInto('crypto_keys')
    .values({ tenant, id, display_name: displayName, primary_version: first.version, rotate_every_ms })
    .onConflict((on) => on.doNothing())
    .returning('id')
    .executeTakeFirst();
  if (!made) return undefined;
  await insertVersion(tx, key, first);
  return find(tx, key);
}

async function find(tx: Tx, key: CryptoKeyName): Promise<CryptoKeyRecord | undefined> {
  const row = await tx.selectFrom('crypto_keys').selectAll().where(is(key)).executeTakeFirst();
  if (!row) return undefined;
  const versions = await tx
    .selectFrom('crypto_key_versions')
    .selectAll()
    .where('tenant', '=', key.tenant)
    .where('key', '=', key.id)
    .orderBy('version')
    .execute();
  return recordOf(row, versions);
}

async function addVersion(tx: Tx, key: CryptoKeyName, version: SealedVersion): Promise<CryptoKeyRecord> {
  await insertVersion(tx, key, version);
  await tx
    .updateTable('crypto_keys')
    .set((eb) => ({ primary_version: version.version, revision: eb('revision', '+', 1n) }))
    .where(is(key))
    .execute();
  const found = await find(tx, key);
  if (!found) throw new Error(`the key ${key.id} is gone`);
  return found;
}

async function insertVersion(tx: Tx, { tenant, id }: CryptoKeyName, sealed: SealedVersion): Promise<void> {
  const { version, material, masterKey } = sealed;
  const row = { tenant, key: id, version, material, master_key: masterKey };
  await tx.insertInto('crypto_key_versions').values(row).execute();
}

async function due(tx: Tx): Promise<CryptoKeyName[]> {
  return tx
    .selectFrom('crypto_keys as k')
    .innerJoin('crypto_key_versions as v', (join) =>
      join.onRef('v.tenant', '=', 'k.tenant').onRef('v.key', '=', 'k.id').onRef('v.version', '=', 'k.primary_version'),
    )
    .select(['k.tenant', 'k.id'])
    .where('k.destroyed_at', 'is', null)
    .where(sql<boolean>`v.created_at + k.rotate_every_ms * interval '1 millisecond' <= now()`)
    .execute();
}

const is =
  ({ tenant, id }: CryptoKeyName) =>
  (eb: ExpressionBuilder<Schema, 'crypto_keys'>) =>
    eb.and([eb('tenant', '=', tenant), eb('id', '=', id)]);

const recordOf = (row: KeyRow, versions: readonly VersionRow[]): CryptoKeyRecord => ({
  tenant: row.tenant,
  id: row.id,
  displayName: row.display_name,
  primaryVersion: row.primary_version,
  rotateEveryMs: row.rotate_every_ms === null ? undefined : Number(row.rotate_every_ms),
  revision: row.revision,
  createdAt: row.created_at,
  destroyedAt: row.destroyed_at ?? undefined,
  versions: versions.map(versionOf),
});

const versionOf = (row: VersionRow): CryptoKeyVersionRecord => ({
  version: row.version,
  masterKey: row.master_key,
  remaining: row.counted - row.rewrapped - row.discarded - row.erased,
  createdAt: row.created_at,
  lastUsedAt: row.last_used_at ?? undefined,
  erasedAt: row.erased_at ?? undefined,
});
