import { DescribeDatasetResponse, type ColumnProfile, type Dataset } from '@weir/contracts/agent';
import type { Database } from '@weir/database';
import { reason } from '@weir/errors';
import { sql, type ExpressionBuilder, type Transaction } from 'kysely';
import { randomUUID } from 'node:crypto';
import type { Replacement, StoredDataset } from '../domain/dataset.ts';
import { datasetIn, keyOf, valuesOf, type DatasetRow } from './dataset-row.ts';
import type { DatasetFilter, DatasetStore } from './dataset-store.ts';
import type { Schema } from './schema.ts';

type Tx = Transaction<Schema>;

/** Datasets in PostgreSQL. */
export function postgresDatasetStore(database: Database<Schema>): DatasetStore {
  return {
    find: (scope, name) => database.within(scope, async (tx) => stored(await rowOf(tx, name))),
    list: (scope, filter, after, limit) =>
      database.within(scope, async (tx) => {
        const query = tx.selectFrom('datasets').selectAll().where('id', '>', after).where(matches(filter));
        return (await query.where(isAlive).orderBy('id').limit(limit).execute()).map(datasetIn);
      }),
    put: (scope, dataset, content, replacement) =>
      database.within(scope, (tx) => put(tx, dataset, content, replacement)),
    checkPut: (scope, name, replacement) =>
      database.within(scope, async (tx) => check(name, await rowOf(tx, name), replacement)),
    remove: (scope, name, etag) => database.within(scope, (tx) => remove(tx, name, etag)),
    keepProfile: (scope, name, content, profile) =>
      database.within(scope, async (tx) => {
        const bytes = Buffer.from(DescribeDatasetResponse.encode(profileMessage(profile)).finish());
        const update = tx.updateTable('datasets').set({ profile: bytes }).where(is(name));
        await update.where('content', '=', content).execute();
      }),
    removeExpired: (scope) => database.within(scope, removeExpired),
  };
}

async function put(tx: Tx, dataset: Dataset, content: string, replacement: Replacement): Promise<Dataset> {
  const { name } = dataset;
  const values = { ...valuesOf(dataset), content, etag: randomUUID(), profile: null };
  // Of two that write one name at once, the second waits here for the first.
  const inserted = await tx
    .insertInto('datasets')
    .values(values)
    .onConflict((on) => on.doNothing())
    .returningAll()
    .executeTakeFirst();
  if (inserted) {
    check(name, undefined, replacement);
    await makeCurrent(tx, content);
    return datasetIn(inserted);
  }
  const there = await tx.selectFrom('datasets').selectAll().where(is(name)).forUpdate().executeTakeFirst();
  const isGone = there === undefined || hasExpired(there);
  check(name, isGone ? undefined : there, replacement);
  if (there) await discard(tx, [there.content]);
  const created = isGone ? { created_at: sql<Date>`now()` } : {};
  const replaced = await tx
    .updateTable('datasets')
    .set({ ...values, ...created, updated_at: sql<Date>`now()` })
    .where(is(name))
    .returningAll()
    .executeTakeFirst();
  if (!replaced) throw reason('ETAG_MISMATCH', { name, etag: replacement.etag });
  await makeCurrent(tx, content);
  return datasetIn(replaced);
}

function check(name: string, there: DatasetRow | undefined, { overwrite, etag }: Replacement): void {
  if (there && !overwrite) throw reason('DATASET_EXISTS', { name }, { resource: { type: 'Dataset', name } });
  if (etag !== '' && etag !== there?.etag) throw reason('ETAG_MISMATCH', { name, etag });
}

async function remove(tx: Tx, name: string, etag: string): Promise<Dataset | undefined> {
  const removal = tx.deleteFrom('datasets').where(is(name)).where(isAlive);
  const row = await (etag === '' ? removal : removal.where('etag', '=', etag)).returningAll().executeTakeFirst();
  if (!row) return undefined;
  await discard(tx, [row.content]);
  return datasetIn(row);
}

async function removeExpired(tx: Tx): Promise<number> {
  const rows = await tx
    .deleteFrom('datasets')
    .where('expires_at', '<=', sql<Date>`now()`)
    .returning('content')
    .execute();
  await discard(
    tx,
    rows.map(({ content }) => content),
  );
  return rows.length;
}

const discard = async (tx: Tx, contents: readonly string[]): Promise<void> => {
  if (contents.length === 0) return;
  await tx.updateTable('contents').set({ state: 'garbage' }).where('id', 'in', contents).execute();
};

async function makeCurrent(tx: Tx, content: string): Promise<void> {
  const { numUpdatedRows } = await tx
    .updateTable('contents')
    .set({ state: 'current', instance: null })
    .where('id', '=', content)
    .where('state', '=', 'arriving')
    .executeTakeFirst();
  // Another process took this one for dead and gave the content up: what it does now must not count.
  if (numUpdatedRows !== 1n) throw new Error(`content ${content} was given up before it was published`);
}

type Where = ExpressionBuilder<Schema, 'datasets'>;

const is = (name: string) => (eb: Where) => {
  const { tenant, id } = keyOf(name);
  return eb.and([eb('tenant', '=', tenant), eb('id', '=', id)]);
};

const isAlive = (eb: Where) => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', sql<Date>`now()`)]);

const hasExpired = ({ expires_at }: DatasetRow): boolean => expires_at !== null && expires_at.getTime() <= Date.now();

const matches =
  ({ tenant, formats, text, labels, runId }: DatasetFilter) =>
  (eb: Where) =>
    eb.and([
      eb('tenant', '=', tenant),
      ...(formats.length === 0 ? [] : [eb('format', 'in', formats)]),
      ...(text === '' ? [] : [sql<boolean>`position(lower(${text}) in lower(id || ' ' || display_name)) > 0`]),
      ...(Object.keys(labels).length === 0 ? [] : [sql<boolean>`labels @> ${JSON.stringify(labels)}::jsonb`]),
      ...(runId === '' ? [] : [eb('run_id', '=', runId)]),
    ]);

const rowOf = (tx: Tx, name: string): Promise<DatasetRow | undefined> =>
  tx.selectFrom('datasets').selectAll().where(is(name)).where(isAlive).executeTakeFirst();

const profileMessage = (profile: readonly ColumnProfile[]): DescribeDatasetResponse => ({
  dataset: undefined,
  profile: [...profile],
  location: undefined,
});

const stored = (row: DatasetRow | undefined): StoredDataset | undefined =>
  row && {
    dataset: datasetIn(row),
    content: row.content,
    profile: row.profile ? DescribeDatasetResponse.decode(row.profile).profile : undefined,
  };
