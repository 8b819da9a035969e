import { platformScope } from '@weir/context';
import type { Database } from '@weir/database';
import { sql, type Transaction } from 'kysely';
import type { InstanceStore } from './instance-store.ts';
import type { Schema } from './schema.ts';

/** Processes in PostgreSQL; the clock is the database's. */
export function postgresInstanceStore(database: Database<Schema>, instance: string): InstanceStore {
  const within = <T>(work: (tx: Transaction<Schema>) => Promise<T>) => database.within(platformScope(), work);
  return {
    beat: () => within((tx) => beat(tx, instance)),
    reap: (ttlMs) =>
      within(async (tx) => {
        await beat(tx, instance);
        const dead = await tx
          .deleteFrom('instances')
          .where('seen_at', '<', sql<Date>`now() - make_interval(secs => ${ttlMs / 1000})`)
          .executeTakeFirst();
        await free(tx);
        return Number(dead.numDeletedRows);
      }),
    leave: () =>
      within(async (tx) => {
        await tx.deleteFrom('instances').where('id', '=', instance).execute();
        await free(tx);
      }),
  };
}

async function beat(tx: Transaction<Schema>, instance: string): Promise<void> {
  const insert = tx.insertInto('instances').values({ id: instance });
  await insert.onConflict((on) => on.column('id').doUpdateSet({ seen_at: sql<Date>`now()` })).execute();
}

/** Frees what processes held that are not there any more. */
async function free(tx: Transaction<Schema>): Promise<void> {
  const alive = tx.selectFrom('instances').select('id');
  await tx.deleteFrom('content_readers').where('instance', 'not in', alive).execute();
  const arriving = tx.updateTable('contents').set({ state: 'garbage' }).where('state', '=', 'arriving');
  await arriving.where('instance', 'not in', alive).execute();
}
