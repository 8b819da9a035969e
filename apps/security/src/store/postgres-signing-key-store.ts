import type { JsonWebKey, SigningAlgorithm } from '@weir/contracts/security';
import type { Database } from '@weir/database';
import { sql, type Selectable } from 'kysely';
import type { Schema } from './schema.ts';
import type { SigningKeyStore, StoredSigningKey } from './signing-key-store.ts';

type Row = Selectable<Schema['signing_keys']>;

/** Signing keys in PostgreSQL. */
export function postgresSigningKeyStore(database: Database<Schema>): SigningKeyStore {
  return {
    all: (scope) =>
      database.within(scope, async (tx) => {
        const rows = await tx.selectFrom('signing_keys').selectAll().orderBy('published_at').orderBy('id').execute();
        return rows.map(keyOf);
      }),
    lock: (scope) =>
      database.within(scope, async (tx) => {
        await tx.selectFrom('token_head').select('revision').forUpdate().executeTakeFirstOrThrow();
        const { rows } = await sql<{ now: Date }>`select clock_timestamp()::timestamptz(3) as now`.execute(tx);
        if (!rows[0]) throw new Error('the database told no time');
        return rows[0].now;
      }),
    insert: (scope, key) =>
      database.within(scope, async (tx) => {
        await tx.insertInto('signing_keys').values(rowOf(key)).execute();
      }),
    update: (scope, key) =>
      database.within(scope, async (tx) => {
        const { signs_from, signs_until, retires_at, revoked, private_key } = rowOf(key);
        await tx
          .updateTable('signing_keys')
          .set({ signs_from, signs_until, retires_at, revoked, private_key })
          .where('id', '=', key.id)
          .execute();
      }),
    touch: (scope) =>
      database.within(scope, async (tx) => {
        await tx
          .updateTable('token_head')
          .set((eb) => ({ keys_revision: eb('keys_revision', '+', 1n) }))
          .execute();
      }),
    destroyRetired: (scope) =>
      database.within(scope, async (tx) => {
        await tx
          .updateTable('signing_keys')
          .set({ private_key: null })
          .where('private_key', 'is not', null)
          .where((eb) => eb.or([eb('retires_at', '<=', sql<Date>`now()`), eb('revoked', '=', true)]))
          .execute();
      }),
  };
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
