import type { Database } from '@weir/database';
import { sql, type Transaction } from 'kysely';
import type { AliasRecord } from '../domain/alias.ts';
import type { AliasStore } from './alias-store.ts';
import { versionChanged } from './change-rows.ts';
import type { Schema } from './schema.ts';

type Tx = Transaction<Schema>;

/** Aliases in PostgreSQL. Whoever changes one holds its component. */
export const postgresAliasStore = (database: Database<Schema>): AliasStore => ({
  hold: (scope, component, alias) =>
    database.within(scope, async (tx) => {
      await tx.selectFrom('components').select('component').where('component', '=', component).forUpdate().execute();
      return read(tx, component, alias);
    }),
  point: (scope, component, alias, key) =>
    database.within(scope, async (tx) => {
      const pointed = { key: key ?? null };
      const before = await tx
        .selectFrom('aliases')
        .select('key')
        .where('component', '=', component)
        .where('alias', '=', alias)
        .executeTakeFirst();
      await tx
        .insertInto('aliases')
        .values({ component, alias, ...pointed })
        .onConflict((conflict) =>
          conflict
            .columns(['component', 'alias'])
            .doUpdateSet({ ...pointed, revision: sql<bigint>`aliases.revision + 1`, updated_at: sql<Date>`now()` }),
        )
        .execute();
      for (const touched of [before?.key, key]) await looksDifferent(tx, component, touched ?? undefined);
      const stored = await read(tx, component, alias);
      if (!stored) throw new Error('an alias that was just written is there');
      return stored;
    }),
});

async function looksDifferent(tx: Tx, component: string, key: string | undefined): Promise<void> {
  if (key === undefined) return;
  const query = tx.selectFrom('versions').select('lifecycle').where('component', '=', component).where('key', '=', key);
  const { lifecycle } = await query.executeTakeFirstOrThrow();
  await versionChanged(tx, { component, key }, lifecycle, lifecycle);
}

async function read(tx: Tx, component: string, alias: string): Promise<AliasRecord | undefined> {
  const row = await tx
    .selectFrom('aliases as a')
    .leftJoin('versions as v', (join) => join.onRef('v.component', '=', 'a.component').onRef('v.key', '=', 'a.key'))
    .select(['a.revision', 'a.updated_at', 'v.version'])
    .where('a.component', '=', component)
    .where('a.alias', '=', alias)
    .executeTakeFirst();
  if (!row) return undefined;
  const { revision, updated_at: updatedAt, version } = row;
  return { component, id: alias, version: version ?? undefined, revision, updatedAt };
}
