import { sql, type Transaction } from 'kysely';
import type { FoundEvent, StoredEvent } from '../domain/entry.ts';
import { emptyLog, type LogState } from '../domain/log-state.ts';
import type { Tile } from '../domain/tile-tower.ts';
import { splitHashes, splitPartials } from './hashes.ts';
import type { EventRange, TileName } from './log-store.ts';
import type { Schema } from './schema.ts';

type Tx = Transaction<Schema>;

const EVENT_COLUMNS = ['index', 'id', 'recorded_at as recordedAt', 'sensitivity', 'bytes'] as const;

/** The state of a log as its row has it. */
export const toState = (row: Schema['logs']): LogState => ({
  tenant: row.tenant,
  size: row.size,
  partials: splitPartials(row.size, row.tail, row.upper),
  recordedAt: row.recorded_at,
});

/** The state of a log; a log without a row is empty. */
export async function selectState(tx: Tx, tenant: string): Promise<LogState> {
  const row = await tx.selectFrom('logs').selectAll().where('tenant', '=', tenant).executeTakeFirst();
  return row ? toState(row) : emptyLog(tenant);
}

/** Events by index. */
export const selectEvents = (tx: Tx, tenant: string, { from, to, limit }: EventRange): Promise<StoredEvent[]> =>
  tx
    .selectFrom('events')
    .select(EVENT_COLUMNS)
    .where('tenant', '=', tenant)
    .where('index', '>=', from)
    .where('index', '<', to)
    .orderBy('index')
    .limit(limit)
    .execute();

/** Events by descending index. */
export const selectNewest = (tenant: string, { from, to, limit }: EventRange) => sql<FoundEvent>`
  select index, id, bytes from events_between(${tenant}, ${from}, ${to}, ${limit})`;

/** The events at some indexes, from the newest. */
export const selectEventsAt = (tenant: string, indexes: readonly bigint[]) => sql<FoundEvent>`
  select index, id, bytes from events_at(${tenant}, ${indexes}::bigint[])`;

/** The event of an id. */
export const selectEventById = (tx: Tx, tenant: string, id: string): Promise<StoredEvent | undefined> =>
  tx.selectFrom('events').select(EVENT_COLUMNS).where('tenant', '=', tenant).where('id', '=', id).executeTakeFirst();

/** Whole tiles. */
export async function selectTiles(tx: Tx, tenant: string, names: readonly TileName[]): Promise<Tile[]> {
  if (names.length === 0) return [];
  const rows = await tx
    .selectFrom('tiles')
    .select(['level', 'number', 'hashes'])
    .where('tenant', '=', tenant)
    .where((eb) => eb.or(names.map(({ level, number }) => eb.and({ level, number }))))
    .execute();
  return rows.map((row) => ({ ...row, hashes: splitHashes(row.hashes) }));
}
