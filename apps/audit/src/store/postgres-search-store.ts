import { platformScope } from '@weir/context';
import type { Database } from '@weir/database';
import type { LeafRange } from '@weir/merkle';
import { sql, type Transaction } from 'kysely';
import { levelAbove, RUN_WIDTHS, type RunLevel } from '../domain/search/run.ts';
import { searchPages, toSummary } from './postgres-search-pages.ts';
import type { Schema } from './schema.ts';
import type { RunName, RunSummary, SearchStore, StoredRun } from './search-store.ts';

type Tx = Transaction<Schema>;

/** Search runs in PostgreSQL. */
export const postgresSearchStore = (database: Database<Schema>): SearchStore => ({
  runs: (scope, tenant, below) => database.within(scope, (tx) => selectRuns(tx, tenant, below)),
  ...searchPages(database),
  read: (scope, tenant, names) => database.within(scope, (tx) => selectWhole(tx, tenant, names)),
  add: (tenant, run, range, removed) =>
    database.transaction(platformScope(), (tx) => insertRun(tx, tenant, run, range, removed)),
  behind: () => database.within(platformScope(), selectBehind),
});

async function selectRuns(tx: Tx, tenant: string, below: bigint): Promise<RunSummary[]> {
  const rows = await tx
    .selectFrom('search_runs')
    .select(['start', 'level', 'first_time', 'last_time'])
    .where('tenant', '=', tenant)
    .where('start', '<', below)
    .orderBy('start')
    .execute();
  return rows.map(toSummary);
}

async function selectWhole(tx: Tx, tenant: string, names: readonly RunName[]): Promise<StoredRun[]> {
  if (names.length === 0) return [];
  const rows = await tx
    .selectFrom('search_runs')
    .selectAll()
    .where('tenant', '=', tenant)
    .where((eb) => eb.or(names.map(({ start, level }) => eb.and({ start, level }))))
    .orderBy('start')
    .execute();
  return rows.map((row) => ({
    ...toSummary(row),
    times: row.times,
    bits: row.bits,
    directory: row.directory,
    keys: row.keys,
    postings: row.postings,
  }));
}

async function insertRun(tx: Tx, tenant: string, run: StoredRun, range: LeafRange, removed: bigint): Promise<boolean> {
  // Retention deletes runs under this lock: with it shared, what was counted stays so until the commit. That of the log
  // would hold up its writers until megabytes are on the disk.
  await sql`select pg_advisory_xact_lock_shared(${runsLock(tenant)})`.execute(tx);
  const { rows } = await sql<{ count: bigint }>`
    select removed_leaves(${tenant}, ${range.start}, ${range.end}) as count`.execute(tx);
  if (BigInt(rows[0]?.count ?? 0) !== removed) return false;

  if (run.level > 0) await deleteRuns(tx, tenant, range);
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('search_runs')
    .values({
      tenant,
      start: run.start,
      level: run.level,
      first_time: run.firstTime === undefined ? null : BigInt(run.firstTime),
      last_time: run.lastTime === undefined ? null : BigInt(run.lastTime),
      times: run.times,
      bits: run.bits,
      directory: run.directory,
      keys: run.keys,
      postings: run.postings,
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirstOrThrow();
  return numInsertedOrUpdatedRows === 1n;
}

/** How many indexes the run of a row covers. */
const width = sql.raw(`(array[${RUN_WIDTHS.join(', ')}]::bigint[])[level + 1]`);
/** How many neighbours of it fill a run of the level above, and how wide that is; null at the top. */
const FILLS = RUN_WIDTHS.map((_, level) => levelAbove(level as RunLevel)?.fill ?? 'null');
const fill = sql.raw(`(array[${FILLS.join(', ')}]::bigint[])[level + 1]`);

/** What is locked while runs of a log are added; for itself alone by whoever removes events. */
export const lockRuns = (tx: Tx, tenant: string): Promise<unknown> =>
  sql`select pg_advisory_xact_lock(${runsLock(tenant)})`.execute(tx);

const runsLock = (tenant: string) => sql`hashtext('search_runs'), hashtext(${tenant})`;

/** Deletes the runs that reach into a range. */
export const deleteRuns = (tx: Tx, tenant: string, { start, end }: LeafRange): Promise<unknown> =>
  sql`delete from search_runs where tenant = ${tenant} and start < ${end} and start + ${width} > ${start}`.execute(tx);

async function selectBehind(tx: Tx): Promise<string[]> {
  const { rows } = await sql<{ tenant: string }>`
    select tenant from logs
    left join (select tenant, sum(${width}) as covered from search_runs group by tenant) as runs using (tenant)
    where size / ${RUN_WIDTHS[0]}::bigint * ${RUN_WIDTHS[0]}::bigint > coalesce(covered, 0)
    union
    select tenant from (
      select tenant from search_runs group by tenant, level, start / (${width} * ${fill}) having count(*) >= min(${fill})
    ) as mergeable
    order by tenant`.execute(tx);
  return rows.map(({ tenant }) => tenant);
}
