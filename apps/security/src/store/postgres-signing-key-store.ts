import type { JsonWebKey, SigningAlgorithm } from '@weir/contracts/security';
import type { Database } from '@weir/database';
import { sql, type Selectable, type Transaction } from 'kysely';
import type { Schema } from './schema.ts';
import type { SigningKeyStore, StoredSigningKey } from './signing-key-store.ts';

type Tx = Transaction<Schema>;
type Row = Selectable<Schema['signing_keys']>;

/** Signing keys in PostgreSQL. */
export const postgresSigningKeyStore = (database: Database<Schema>): SigningKeyStore => ({
  all: (scope) => database.within(scope, all),
  lock: (scope) => database.within(scope, lock),
  insert: (scope, key) => database.within(scope, (tx) => insert(tx, key)),
  update: (scope, key) => database.within(scope, (tx) => update(tx, key)),
  touch: (scope) => database.within(scope, touch),
  destroyRetired: (scope) => database.within(scope, destroyRetired),
});

async function all(tx: Tx): Promise<StoredSigningKey[]> {
  const rows = await tx.selectFrom('signing_keys').selectAll().orderBy('published_at').orderBy('id').execute();
  return rows.map(keyOf);
}

async function lock(tx: Tx): Promise<Date> {
  await tx.selectFrom('token_head').select('revision').forUpdate().executeTakeFirstOrThrow();
  const { rows } = await sql<{ now: Date }>`select clock_timestamp()::timestamptz(3) as now`.execute(tx);
  if (!rows[0]) throw new Error('the database told no time');
  return rows[0].now;
}

async function insert(tx: Tx, key: StoredSigningKey): Promise<void> {
  await tx.insertInto('signing_keys').values(rowOf(key)).execute();
}

async function update(tx: Tx, key: StoredSigningKey): Promise<void> {
  const { signs_from, signs_until, retires_at, revoked, private_key } = rowOf(key);
  await tx
    .updateTable('signing_keys')
    .set({ signs_from, signs_until, retires_at, revoked, private_key })
    .where('id', '=', key.id)
    .execute();
}

async function touch(tx: Tx): Promise<void> {
  await tx
    .updateTable('token_head')
    .set((eb) => ({ keys_revision: eb('keys_revision', '+', 1n) }))
    .execute();
}

async function destroyRetired(tx: Tx): Promise<void> {
  await tx
    .updateTable('signing_keys')
    .set({ private_key: null })
    .where('private_key', 'is not', null)
    .where((eb) => eb.or([eb('retires_at', '<=', sql<Date>`now()`), eb('revoked', '=', true)]))
    .execute();
}

const rowOf = (key: StoredSigningKey): Row => ({
  id: key.id,
  algorithm: key.algorithm,
  public_jwk: JSON.stringify(key.jwk),
  private_key: key.sealed ?? null,
  published_at: key.publishedAt,
  signs_from: key.signsFrom,
  signs_until: key.signsUntil ?? null,
  retires_at: key.retiresAt ?? null,
  revoked: key.revoked,
});

const keyOf = (row: Row): StoredSigningKey => ({
  id: row.id,
  algorithm: row.algorithm as SigningAlgorithm,
  jwk: row.public_jwk as JsonWebKey,
  sealed: row.private_key ?? undefined,
  publishedAt: row.published_at,
  signsFrom: row.signs_from,
  signsUntil: row.signs_until ?? undefined,
  retiresAt: row.retires_at ?? undefined,
  revoked: row.revoked,
});
