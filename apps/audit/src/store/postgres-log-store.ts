import { platformScope } from '@weir/context';
import type { Database } from '@weir/database';
import { emptyLog } from '../domain/log-state.ts';
import { splitHashes } from './hashes.ts';
import type { LogStore } from './log-store.ts';
import { ensurePartition, lockLogs, partitionsOf, toState, writeAppend } from './postgres-append.ts';
import type { Schema } from './schema.ts';

const EVENT_COLUMNS = ['index', 'id', 'recorded_at as recordedAt', 'sensitivity', 'bytes'] as const;

/** Logs in PostgreSQL. */
export function postgresLogStore(database: Database<Schema>): LogStore {
  const partitions = new Set<bigint>();

  return {
    async append(entries, plan) {
      const written = await database.transaction(platformScope(), async (tx) => {
        const planned = plan(await lockLogs(tx, entries));
        for (const number of partitionsOf(planned.events)) {
          if (!partitions.has(number)) await ensurePartition(tx, number);
        }
        await writeAppend(tx, planned);
        return planned;
      });
      for (const number of partitionsOf(written.events)) partitions.add(number);
      return written;
    },

    state: (scope, tenant) =>
      database.within(scope, async (tx) => {
        const row = await tx.selectFrom('logs').selectAll().where('tenant', '=', tenant).executeTakeFirst();
        return row ? toState(row) : emptyLog(tenant);
      }),

    events: (scope, tenant, { from, to, order, limit }) =>
      database.within(scope, (tx) =>
        tx
          .selectFrom('events')
          .select(EVENT_COLUMNS)
          .where('tenant', '=', tenant)
          .where('index', '>=', from)
          .where('index', '<', to)
          .orderBy('index', order === 'oldest first' ? 'asc' : 'desc')
          .limit(limit)
          .execute(),
      ),

    eventById: (scope, tenant, id) =>
      database.within(scope, (tx) =>
        tx
          .selectFrom('events')
          .select(EVENT_COLUMNS)
          .where('tenant', '=', tenant)
          .where('id', '=', id)
          .executeTakeFirst(),
      ),

    tiles: (scope, tenant, names) =>
      database.within(scope, async (tx) => {
        const rows = await tx
          .selectFrom('tiles')
          .select(['level', 'number', 'hashes'])
          .where('tenant', '=', tenant)
          .where((eb) => eb.or(names.map(({ level, number }) => eb.and({ level, number }))))
          .execute();
        return rows.map((row) => ({ ...row, hashes: splitHashes(row.hashes) }));
      }),

    lastCheckpoint: (scope, tenant) =>
      database.within(scope, (tx) =>
        tx
          .selectFrom('checkpoints')
          .select(['size', 'note'])
          .where('tenant', '=', tenant)
          .orderBy('size', 'desc')
          .executeTakeFirst(),
      ),

    checkpoints: (scope, tenant, from, limit) =>
      database.within(scope, (tx) =>
        tx
          .selectFrom('checkpoints')
          .select(['size', 'note'])
          .where('tenant', '=', tenant)
          .where('size', '>=', from)
          .orderBy('size')
          .limit(limit)
          .execute(),
      ),

    keepCheckpoint: (scope, tenant, { size, note }) =>
      database.within(scope, async (tx) => {
        await tx
          .insertInto('checkpoints')
          .values({ tenant, size, note })
          .onConflict((conflict) => conflict.doNothing())
          .execute();
      }),
  };
}
