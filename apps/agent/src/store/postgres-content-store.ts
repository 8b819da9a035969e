import type { Database } from '@weir/database';
import { sql, type Transaction } from 'kysely';
import type { ContentStore } from './content-store.ts';
import type { Schema } from './schema.ts';

type Tx = Transaction<Schema>;

/** Contents in PostgreSQL, as one process of the service sees them. */
export function postgresContentStore(database: Database<Schema>, instance: string): ContentStore {
  return {
    begin: (scope, tenant, content) =>
      database.within(scope, async (tx) => {
        await tx
          .insertInto('storage')
          .values({ tenant })
          .onConflict((on) => on.doNothing())
          .execute();
        await tx.insertInto('contents').values({ id: content, tenant, state: 'arriving', instance }).execute();
      }),
    count: (scope, content, bytes, limit) => database.within(scope, (tx) => count(tx, content, bytes, limit)),
    abandon: (scope, contents) =>
      database.within(scope, async (tx) => {
        if (contents.length === 0) return [];
        const update = tx.updateTable('contents').set({ state: 'garbage' }).where('id', 'in', contents);
        const rows = await update.where('state', '=', 'arriving').returning('id').execute();
        return rows.map(({ id }) => id);
      }),
    used: (scope, tenant) =>
      database.within(scope, async (tx) => {
        const row = await tx.selectFrom('storage').select('used_bytes').where('tenant', '=', tenant).executeTakeFirst();
        return row?.used_bytes ?? 0n;
      }),
    hold: (scope, content, id, reader) => database.within(scope, (tx) => hold(tx, { content, id, reader, instance })),
    release: (scope, id) =>
      database.within(scope, async (tx) => {
        await tx.deleteFrom('content_readers').where('id', '=', id).execute();
      }),
    garbage: (scope, limit) => database.within(scope, (tx) => garbage(tx, limit)),
    forget: (scope, content) => database.within(scope, (tx) => forget(tx, content)),
  };
}

async function count(tx: Tx, content: string, bytes: bigint, limit: bigint | undefined): Promise<boolean> {
  const row = await tx
    .selectFrom('contents')
    .select(['tenant', 'counted_bytes'])
    .where('id', '=', content)
    .where('state', '=', 'arriving')
    .forUpdate()
    .executeTakeFirst();
  if (!row) throw new Error(`content ${content} was given up while it arrived`);
  const more = bytes - row.counted_bytes;
  const update = tx
    .updateTable('storage')
    .set((eb) => ({ used_bytes: eb('used_bytes', '+', more) }))
    .where('tenant', '=', row.tenant);
  // What is given back always fits.
  const bounded =
    limit === undefined || more <= 0n ? update : update.where((eb) => eb(eb('used_bytes', '+', more), '<=', limit));
  const { numUpdatedRows } = await bounded.executeTakeFirst();
  if (numUpdatedRows !== 1n) return false;
  await tx.updateTable('contents').set({ counted_bytes: bytes }).where('id', '=', content).execute();
  return true;
}

async function hold(tx: Tx, reader: { content: string; id: string; reader: string; instance: string }) {
  // Locked, so that it does not become forgotten garbage between this look and the insert.
  const row = await tx
    .selectFrom('contents')
    .select('tenant')
    .where('id', '=', reader.content)
    .where('state', '=', 'current')
    .forShare()
    .executeTakeFirst();
  if (!row) return false;
  await tx
    .insertInto('content_readers')
    .values({ ...reader, tenant: row.tenant })
    .execute();
  return true;
}

async function garbage(tx: Tx, limit: number) {
  const rows = await tx
    .selectFrom('contents')
    .select(['tenant', 'id'])
    .where('state', '=', 'garbage')
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('content_readers')
            .select('content_readers.id')
            .whereRef('content_readers.content', '=', 'contents.id'),
        ),
      ),
    )
    .limit(limit)
    .execute();
  return rows.map(({ tenant, id }) => ({ tenant, content: id }));
}

async function forget(tx: Tx, content: string): Promise<void> {
  const row = await tx
    .deleteFrom('contents')
    .where('id', '=', content)
    .where('state', '=', 'garbage')
    .returning(['tenant', 'counted_bytes'])
    .executeTakeFirst();
  if (!row) return;
  await tx
    .updateTable('storage')
    .set({ used_bytes: sql<bigint>`used_bytes - ${row.counted_bytes}` })
    .where('tenant', '=', row.tenant)
    .execute();
}
