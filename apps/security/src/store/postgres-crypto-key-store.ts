import type { Database } from '@weir/database';
import { sql, type ExpressionBuilder, type Selectable, type Transaction, type UpdateObject } from 'kysely';
import type { CryptoKeyName, CryptoKeyRecord, CryptoKeyVersionRecord } from '../domain/crypto/crypto-key.ts';
import type { CryptoKeyStore, NewCryptoKey, SealedVersion, VersionBalance } from './crypto-key-store.ts';
import type { Schema } from './schema.ts';

type Tx = Transaction<Schema>;
type KeyRow = Selectable<Schema['crypto_keys']>;
type VersionRow = Selectable<Schema['crypto_key_versions']>;
type KeyChange = UpdateObject<Schema, 'crypto_keys'>;

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
  balance: (scope, key, version) => database.within(scope, (tx) => balance(tx, key, version)),
  retire: (scope, key, version, event) => database.within(scope, (tx) => retire(tx, key, version, event)),
  destroy: (scope, key) => database.within(scope, (tx) => destroy(tx, key)),
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
  const demanded = await tx
    .selectFrom('compliance_tenants')
    .select('cryptoperiod_ms')
    .where('tenant', '=', key.tenant)
    .executeTakeFirst();
  const versions = await tx
    .selectFrom('crypto_key_versions')
    .selectAll()
    .where('tenant', '=', key.tenant)
    .where('key', '=', key.id)
    .orderBy('version')
    .execute();
  return recordOf(row, versions, demanded?.cryptoperiod_ms ?? undefined);
}

async function addVersion(tx: Tx, key: CryptoKeyName, version: SealedVersion): Promise<CryptoKeyRecord> {
  await insertVersion(tx, key, version);
  return revise(tx, key, { primary_version: version.version });
}

async function balance(tx: Tx, { tenant, id }: CryptoKeyName, version: number): Promise<VersionBalance | undefined> {
  const row = await tx
    .selectFrom('crypto_key_versions')
    .selectAll()
    .select(sql<Date>`now()::timestamptz(3)`.as('now'))
    .where('tenant', '=', tenant)
    .where('key', '=', id)
    .where('version', '=', version)
    .forUpdate()
    .executeTakeFirst();
  if (!row) return undefined;
  const { on_record } = await tx
    .selectFrom('crypto_ciphertexts')
    .select(sql<bigint>`coalesce(sum(remaining), 0)::bigint`.as('on_record'))
    .where('tenant', '=', tenant)
    .where('key', '=', id)
    .where('version', '=', version)
    .executeTakeFirstOrThrow();
  return {
    counted: row.counted,
    rewrapped: row.rewrapped,
    discarded: row.discarded,
    erased: row.erased,
    onRecord: on_record,
    countedAt: row.erased_at ?? row.now,
    retirementEvent: row.retirement_event ?? undefined,
  };
}

async function retire(tx: Tx, key: CryptoKeyName, version: number, event: string): Promise<CryptoKeyRecord> {
  await tx
    .updateTable('crypto_key_versions')
    .set({ material: null, erased_at: sql<Date>`now()`, retirement_event: event })
    .where('tenant', '=', key.tenant)
    .where('key', '=', key.id)
    .where('version', '=', version)
    .execute();
  return revise(tx, key, {});
}

async function destroy(tx: Tx, key: CryptoKeyName): Promise<CryptoKeyRecord> {
  await tx.deleteFrom('crypto_subject_keys').where('tenant', '=', key.tenant).where('key', '=', key.id).execute();
  const erased = await tx
    .updateTable('crypto_key_versions')
    .set({ material: null, erased_at: sql<Date>`coalesce(erased_at, now())` })
    .where('tenant', '=', key.tenant)
    .where('key', '=', key.id)
    .returningAll()
    .execute();
  const lost = erased.reduce((sum, version) => sum + remainingOf(version), 0n);
  return revise(tx, key, { destroyed_at: sql<Date>`now()`, lost });
}

/** Changes a key, and its etag with it. */
async function revise(tx: Tx, key: CryptoKeyName, change: KeyChange): Promise<CryptoKeyRecord> {
  await tx
    .updateTable('crypto_keys')
    .set({ ...change, revision: sql<bigint>`revision + 1` })
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
    .leftJoin('compliance_tenants as t', 't.tenant', 'k.tenant')
    .where(sql<boolean>`v.created_at + least(k.rotate_every_ms, t.cryptoperiod_ms) * interval '1 millisecond' <= now()`)
    .execute();
}

const is =
  ({ tenant, id }: CryptoKeyName) =>
  (eb: ExpressionBuilder<Schema, 'crypto_keys'>) =>
    eb.and([eb('tenant', '=', tenant), eb('id', '=', id)]);

const recordOf = (
  row: KeyRow,
  versions: readonly VersionRow[],
  cryptoperiodMs: bigint | undefined,
): CryptoKeyRecord => ({
  tenant: row.tenant,
  id: row.id,
  displayName: row.display_name,
  primaryVersion: row.primary_version,
  rotateEveryMs: row.rotate_every_ms === null ? undefined : Number(row.rotate_every_ms),
  cryptoperiodMs: cryptoperiodMs === undefined ? undefined : Number(cryptoperiodMs),
  revision: row.revision,
  createdAt: row.created_at,
  destroyedAt: row.destroyed_at ?? undefined,
  lost: row.lost ?? 0n,
  versions: versions.map(versionOf),
});

const remainingOf = ({ counted, rewrapped, discarded, erased }: VersionRow): bigint =>
  counted - rewrapped - discarded - erased;

const versionOf = (row: VersionRow): CryptoKeyVersionRecord => ({
  version: row.version,
  masterKey: row.master_key,
  remaining: remainingOf(row),
  createdAt: row.created_at,
  lastUsedAt: row.last_used_at ?? undefined,
  erasedAt: row.erased_at ?? undefined,
});
