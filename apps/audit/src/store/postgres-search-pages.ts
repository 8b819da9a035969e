import type { Scope } from '@weir/context';
import type { Database } from '@weir/database';
import { sql } from 'kysely';
import { RUN_WIDTHS, type RunLevel } from '../domain/search/run.ts';
import type { Schema } from './schema.ts';
import type {
  FoundPlace,
  FoundPlaces,
  OpenedLog,
  OpeningOptions,
  PostingsPlace,
  RecentBytes,
  RunName,
  RunSummary,
  RunTimesRow,
  SearchStore,
} from './search-store.ts';

type Pages = Pick<SearchStore, 'open' | 'find' | 'postings' | 'times'>;

/** What pages of queries ask for: each in one round trip, for a page is made of little else. */
export const searchPages = (database: Database<Schema>): Pages => ({
  open: (scope, tenant, options) => open(database, scope, tenant, options),
  find: (scope, tenant, runs, groups, mostBytes) => find(database, scope, { tenant, runs, groups, mostBytes }),
  postings: (scope, tenant, places) => postings(database, scope, tenant, places),
  times: (scope, tenant, runs) => times(database, scope, tenant, runs),
});

/** The columns of a run, without its terms. */
interface SummaryRow {
  readonly start: bigint;
  readonly level: number;
  readonly first_time: bigint | null;
  readonly last_time: bigint | null;
}

/** A run, without its terms, as its row has it. */
export const toSummary = (row: SummaryRow): RunSummary => ({
  start: row.start,
  level: row.level as RunLevel,
  firstTime: row.first_time === null ? undefined : Number(row.first_time),
  lastTime: row.last_time === null ? undefined : Number(row.last_time),
});

type OpenedRow =
  | { what: 'end'; at: bigint; to_index: bigint; log_size: bigint }
  | { what: 'run'; at: bigint; run_level: number; first: bigint | null; last: bigint | null }
  | { what: 'event'; at: bigint; event: Buffer };

/** Beyond every log. */
const END = 2n ** 62n;

async function open(
  database: Database<Schema>,
  scope: Scope,
  tenant: string,
  { to = END, known, most }: OpeningOptions,
): Promise<OpenedLog> {
  const rows = await database.once(
    scope,
    sql<OpenedRow>`select * from search_open(${tenant}, ${to}, ${known}, ${most}, ${RUN_WIDTHS}::bigint[])`,
  );
  const runs: RunSummary[] = [];
  const events: RecentBytes[] = [];
  let end = { at: 0n, to_index: 0n, log_size: 0n };
  for (const row of rows) {
    if (row.what === 'event') events.push({ index: row.at, bytes: row.event });
    else if (row.what === 'end') end = row;
    else runs.push(toSummary({ start: row.at, level: row.run_level, first_time: row.first, last_time: row.last }));
  }
  const areThere = end.to_index - end.at <= BigInt(most);
  return {
    to: end.to_index,
    size: end.log_size,
    runs,
    recent: { from: end.at, events: areThere ? events : undefined },
  };
}

interface FoundRow {
  readonly start: bigint;
  readonly hash: bigint | null;
  readonly offset: number;
  readonly length: number;
  readonly postings: Buffer | null;
}

/** What to look up, and where. */
interface Wanted {
  readonly tenant: string;
  readonly runs: readonly RunName[];
  readonly groups: readonly (readonly number[])[];
  readonly mostBytes: number;
}

async function find(
  database: Database<Schema>,
  scope: Scope,
  { tenant, runs, groups, mostBytes }: Wanted,
): Promise<FoundPlaces> {
  const numbers = groups.flatMap((group, at) => group.map(() => at));
  const rows = await database.once(
    scope,
    sql<FoundRow>`
      select run_start as start, run_hash as hash, place_offset as offset, place_length as length, postings
      from search_find(
        ${tenant}, ${runs.map(({ start }) => start)}::bigint[], ${runs.map(({ level }) => level)}::smallint[],
        ${groups.flat()}::bigint[], ${numbers}::int[], ${groups.length}, ${mostBytes}
      )`,
  );
  const levels = new Map(runs.map(({ start, level }) => [start, level]));
  const toPlace = ({ start, hash, offset, length, postings: bytes }: FoundRow): FoundPlace[] => {
    const level = levels.get(start);
    if (hash === null || level === undefined) return [];
    return [{ start, level, hash: Number(hash), offset, length, postings: bytes ?? undefined }];
  };
  return { present: new Set(rows.map(({ start }) => start)), places: rows.flatMap(toPlace) };
}

async function postings(
  database: Database<Schema>,
  scope: Scope,
  tenant: string,
  places: readonly PostingsPlace[],
): Promise<(Buffer | undefined)[]> {
  if (places.length === 0) return [];
  const rows = await database.once(
    scope,
    sql<{ at: bigint; bytes: Buffer }>`
      select place as at, postings as bytes from search_postings(
        ${tenant}, ${places.map(({ start }) => start)}::bigint[], ${places.map(({ level }) => level)}::smallint[],
        ${places.map(({ offset }) => offset)}::int[], ${places.map(({ length }) => length)}::int[]
      )`,
  );
  const found = new Map(rows.map(({ at, bytes }) => [Number(at) - 1, bytes]));
  return places.map((_, at) => found.get(at));
}

async function times(
  database: Database<Schema>,
  scope: Scope,
  tenant: string,
  names: readonly RunName[],
): Promise<RunTimesRow[]> {
  if (names.length === 0) return [];
  return database.once(
    scope,
    sql<RunTimesRow>`
      select start, times from search_times(
        ${tenant}, ${names.map(({ start }) => start)}::bigint[], ${names.map(({ level }) => level)}::smallint[]
      ) as run (start, times)`,
  );
}
