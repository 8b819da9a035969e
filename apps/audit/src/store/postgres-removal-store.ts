import { platformScope } from '@weir/context';
import { RetentionCertificate } from '@weir/contracts/audit';
import type { Database } from '@weir/database';
import { sql, type Transaction } from 'kysely';
import type { Sensitivity } from '@weir/contracts/options';
import type { LeafRange } from '@weir/merkle';
import type { LogPartition } from '../domain/log-partition.ts';
import { ensurePartition, lockLogs, partitionsOf, writeAppend } from './postgres-append.ts';
import { deleteRuns, lockRuns } from './postgres-search-store.ts';
import { lockRetention } from './postgres-retention-store.ts';
import type { RemovalOrder, RemovalStore } from './removal-store.ts';
import type { Schema } from './schema.ts';

type Tx = Transaction<Schema>;

/** What retention removes, in PostgreSQL. */
export const postgresRemovalStore = (database: Database<Schema>): RemovalStore => ({
  partitions: (scope, tenant, range, by) => database.within(scope, (tx) => selectPartitions(tx, tenant, range, by)),
  firstIndex: (scope, tenant) => database.within(scope, (tx) => selectFirstIndex(tx, tenant)),
  basis: (scope, tenant) => database.within(scope, (tx) => selectBasis(tx, tenant)),
  remove: (order) => database.transaction(platformScope(), (tx) => remove(tx, order)),
  certificates: (scope, tenant) => database.within(scope, (tx) => selectCertificates(tx, tenant)),
  removedLeaves: (scope, tenant, range) => database.within(scope, (tx) => countRemoved(tx, tenant, range)),
  dropEmptied: () =>
    database.transaction(platformScope(), async (tx) => {
      // Whoever holds the table longer than this is more important.
      await sql`set local lock_timeout = '2s'`.execute(tx);
      const { rows } = await sql<{ dropped: number }>`select drop_emptied_partitions() as dropped`.execute(tx);
      return rows[0]?.dropped ?? 0;
    }),
});

async function selectPartitions(tx: Tx, tenant: string, range: LeafRange, by: Date): Promise<LogPartition[]> {
  const { rows } = await sql<{ start: bigint; end: bigint; sensitivities: Sensitivity[]; last: Date[] }>`
    select min(first) as start, max(last_index) + 1 as "end",
      array_agg(sensitivity::int) as sensitivities, array_agg(last) as last
    from (
      select index >> 8 as tile, (recorded_at at time zone 'utc')::date as day, sensitivity,
        min(index) as first, max(index) as last_index, max(recorded_at) as last
      from events
      where tenant = ${tenant} and index >= ${range.start} and index < ${range.end}
      group by 1, 2, 3
    ) as parts
    group by tile, day
    having max(last) <= ${by}
    order by 1`.execute(tx);
  return rows.map(({ start, end, sensitivities, last }) => ({
    start,
    end,
    last: new Map(sensitivities.map((sensitivity, at) => [sensitivity, last[at] ?? new Date()])),
  }));
}

async function selectFirstIndex(tx: Tx, tenant: string): Promise<bigint | undefined> {
  const row = await tx
    .selectFrom('events')
    .select('index')
    .where('tenant', '=', tenant)
    .orderBy('index')
    .limit(1)
    .executeTakeFirst();
  return row?.index;
}

async function selectBasis(tx: Tx, tenant: string): Promise<string> {
  const retention = await tx
    .selectFrom('retentions')
    .select('revision')
    .where('tenant', '=', tenant)
    .executeTakeFirst();
  const holds = await tx
    .selectFrom('legal_holds')
    .select('id')
    .where('tenant', '=', tenant)
    .where('is_released', '=', false)
    .orderBy('id')
    .execute();
  return JSON.stringify([String(retention?.revision), ...holds.map(({ id }) => id)]);
}

async function remove(tx: Tx, { tenant, certificate, entry, basis, plan }: RemovalOrder): Promise<boolean> {
  await lockRetention(tx, tenant);
  await lockRuns(tx, tenant);
  const locked = await lockLogs(tx, [entry]);
  const { firstIndex, endIndex } = certificate;
  const isDone = (await countRemoved(tx, tenant, { start: firstIndex, end: endIndex })) > 0n;
  if (isDone || (await selectBasis(tx, tenant)) !== basis) return false;

  const planned = plan(locked);
  for (const number of partitionsOf(planned.events)) await ensurePartition(tx, number);
  await writeAppend(tx, planned);
  const bytes = Buffer.from(RetentionCertificate.encode(certificate).finish());
  await tx
    .insertInto('removals')
    .values({ tenant, first_index: firstIndex, end_index: endIndex, certificate: bytes })
    .execute();
  await tx
    .deleteFrom('events')
    .where('tenant', '=', tenant)
    .where('index', '>=', firstIndex)
    .where('index', '<', endIndex)
    .execute();
  await deleteEmptyTiles(tx, tenant, { start: firstIndex, end: endIndex });
  await deleteRuns(tx, tenant, { start: firstIndex, end: endIndex });
  return true;
}

/** Deletes the tiles of which no leaf is left. Their roots are in the tiles above, up to where one is left. */
const deleteEmptyTiles = (tx: Tx, tenant: string, { start, end }: LeafRange): Promise<unknown> =>
  sql`
    delete from tiles
    where tenant = ${tenant}
      and (level, number) in (
        select level, number from generate_series(0, 6) as level
        cross join generate_series(${start}::bigint >> (8 * (level + 1)), (${end}::bigint - 1) >> (8 * (level + 1))) as number
        where removed_leaves(${tenant}, number << (8 * (level + 1)), (number + 1) << (8 * (level + 1)))
          = 1::bigint << (8 * (level + 1))
      )`.execute(tx);

async function selectCertificates(tx: Tx, tenant: string): Promise<RetentionCertificate[]> {
  const rows = await tx
    .selectFrom('removals')
    .select('certificate')
    .where('tenant', '=', tenant)
    .orderBy('first_index')
    .execute();
  return rows.map(({ certificate }) => RetentionCertificate.decode(certificate));
}

async function countRemoved(tx: Tx, tenant: string, { start, end }: LeafRange): Promise<bigint> {
  const { rows } = await sql<{ count: bigint }>`
    select removed_leaves(${tenant}, ${start}, ${end}) as count`.execute(tx);
  return BigInt(rows[0]?.count ?? 0);
}
