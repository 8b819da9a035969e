import { platformScope } from '@weir/context';
import type { Database } from '@weir/database';
import type { LeafRange } from '@weir/merkle';
import { sql, type Transaction } from 'kysely';
import { levelAbove, RUN_WIDTHS, type RunLevel } from '../domain/search/run.ts';
import type { Schema } from './schema.ts';
import type {
  KeySlice,
  PostingsPlace,
  RunName,
  RunSummary,
  RunTimesRow,
  SearchStore,
  StoredRun,
} from './search-store.ts';

type Tx = Transaction<Schema>;

/** Search runs in PostgreSQL. */
export const postgresSearchStore = (database: Database<Schema>): SearchStore => ({
  runs: (scope, tenant, below) => database.within(scope, (tx) => selectRuns(tx, tenant, below)),
  keys: (scope, tenant, runs, hashes) => database.within(scope, (tx) => selectKeys(tx, tenant, runs, hashes)),
  postings: (scope, tenant, places) => database.within(scope, (tx) => selectPostings(tx, tenant, places)),
  times: (scope, tenant, runs) => database.within(scope, (tx) => selectTimes(tx, tenant, runs)),
  read: (scope, tenant, names) => database.within(scope, (tx) => selectWhole(tx, tenant, names)),
  add: (tenant, run, range, removed) =>
    database.transaction(platformScope(), (tx) => insertRun(tx, tenant, run, range, removed)),
  behind: () => database.within(platformScope(), selectBehind),
});

const toSummary = (row: Pick<Schema['search_runs'], 'start' | 'level' | 'first_time' | 'last_time'>): RunSummary => ({
  start: row.start,
  level: row.level as RunLevel,
  firstTime: row.first_time === null ? undefined : Number(row.first_time),
  lastTime: row.last_time === null ? undefined : Number(row.last_time),
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

async function selectKeys(
  tx: Tx,
  tenant: string,
  runs: readonly RunName[],
  hashes: readonly number[],
): Promise<KeySlice[]> {
  const { rows } = await sql<{ start: bigint; hash: bigint; keys: Buffer }>`
    select run_start as start, run_hash as hash, run_keys as keys from search_keys(
      ${tenant}, ${runs.map(({ start }) => start)}, ${runs.map(({ level }) => level)}, ${hashes}
    )`.execute(tx);
  return rows.map(({ start, hash, keys }) => ({ start, hash: Number(hash), keys }));
}

async function selectPostings(
  tx: Tx,
  tenant: string,
  places: readonly PostingsPlace[],
): Promise<(Buffer | undefined)[]> {
  if (places.length === 0) return [];
  const { rows } = await sql<{ at: bigint; bytes: Buffer }>`
    select place as at, postings as bytes from search_postings(
      ${tenant}, ${places.map(({ start }) => start)}, ${places.map(({ level }) => level)},
      ${places.map(({ offset }) => offset)}, ${places.map(({ length }) => length)}
    )`.execute(tx);
  const found = new Map(rows.map(({ at, bytes }) => [Number(at) - 1, bytes]));
  return places.map((_, at) => found.get(at));
}

async function selectTimes(tx: Tx, tenant: string, names: readonly RunName[]): Promise<RunTimesRow[]> {
  if (names.length === 0) return [];
  return tx
    .selectFrom('search_runs')
    .select(['start', 'times'])
    .where('tenant', '=', tenant)
    .where((eb) => eb.or(names.map(({ start, level }) => eb.and({ start, level }))))
    .execute();
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
  // Retention deletes runs under the lock of the log: with it shared, what was counted stays so until the commit.
  await tx.selectFrom('logs').select('size').where('tenant', '=', tenant).forShare().execute();
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
