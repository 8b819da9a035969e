import { platformScope, type Scope } from '@weir/context';
import type { Database } from '@weir/database';
import { sql, type Transaction } from 'kysely';
import { keyVersionName, type WrappedKey } from '../encryption/data-keys.ts';
import type { DataKeyStore, KeyCursor, KeyedContent } from './data-key-store.ts';
import type { Schema } from './schema.ts';

type Tx = Transaction<Schema>;

/** Wrapped data keys in PostgreSQL, beside the contents that they are for. */
export const postgresDataKeyStore = (database: Database<Schema>): DataKeyStore => ({
  keep: (scope, content, { name, version, ciphertextId, wrapped }) =>
    database.within(scope, async (tx) => {
      await tx
        .updateTable('contents')
        .set({ key_name: name, key_version: version, key_ciphertext_id: ciphertextId, wrapped_key: wrapped })
        .where('id', '=', content)
        .execute();
    }),
  find: (scope, content) => database.within(scope, (tx) => find(tx, content)),
  names: () =>
    database.within(platformScope(), async (tx) => {
      const { rows } = await sql<{ name: string }>`
        select distinct key_name as name from contents where key_name is not null
        union select distinct key_name from discarded_data_keys order by name`.execute(tx);
      return rows.map(({ name }) => name);
    }),
  list: (scope, name, after, limit) => database.within(scope, (tx) => list(tx, name, after, limit)),
  replace: (scope, keyed) =>
    database.within(scope, async (tx) => {
      for (const one of keyed) await replace(tx, one);
    }),
  discarded: (scope, name, limit) =>
    database.within(scope, async (tx) => {
      const query = tx.selectFrom('discarded_data_keys').select('ciphertext_id').where('key_name', '=', name);
      return (await query.limit(limit).execute()).map(({ ciphertext_id }) => ciphertext_id);
    }),
  forgetDiscarded: (scope, ids) => forget(database, scope, ids),
});

async function find(tx: Tx, content: string): Promise<WrappedKey | undefined> {
  const row = await tx.selectFrom('contents').selectAll().where('id', '=', content).executeTakeFirst();
  return row && keyIn(row);
}

async function list(tx: Tx, name: string, after: KeyCursor | undefined, limit: number): Promise<KeyedContent[]> {
  const query = tx.selectFrom('contents').selectAll().where('key_name', '=', name).where('state', '<>', 'garbage');
  const from = after
    ? query.where(sql<boolean>`(key_version, id) > (${after.version}::integer, ${after.content}::uuid)`)
    : query;
  const rows = await from.orderBy('key_version').orderBy('id').limit(limit).execute();
  return rows.flatMap((row) => {
    const key = keyIn(row);
    return key ? [{ content: row.id, key }] : [];
  });
}

async function replace(tx: Tx, { content, key }: KeyedContent): Promise<void> {
  const { name, version, wrapped } = key;
  await tx
    .updateTable('contents')
    .set({ key_version: version, wrapped_key: wrapped })
    .where('id', '=', content)
    .execute();
  await tx
    .updateTable('datasets')
    .set({ key_version: keyVersionName(key) })
    .where('content', '=', content)
    .where('key_version', 'like', `${name}/versions/%`)
    .execute();
}

async function forget(database: Database<Schema>, scope: Scope, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await database.within(scope, (tx) =>
    tx.deleteFrom('discarded_data_keys').where('ciphertext_id', 'in', ids).execute(),
  );
}

interface KeyColumns {
  readonly key_name: string | null;
  readonly key_version: number | null;
  readonly key_ciphertext_id: string | null;
  readonly wrapped_key: Buffer | null;
}

function keyIn({ key_name, key_version, key_ciphertext_id, wrapped_key }: KeyColumns): WrappedKey | undefined {
  if (key_name === null || key_version === null || key_ciphertext_id === null || wrapped_key === null) return undefined;
  return { name: key_name, version: key_version, ciphertextId: key_ciphertext_id, wrapped: wrapped_key };
}
