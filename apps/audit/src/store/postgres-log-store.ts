import type { Database } from '@weir/database';
import type { LogStore } from './log-store.ts';
import { appendInPostgres } from './postgres-append.ts';
import { keepCheckpoint, selectCheckpoints, selectLastCheckpoint } from './postgres-checkpoints.ts';
import {
  selectEventById,
  selectEvents,
  selectEventsAt,
  selectNewest,
  selectState,
  selectTiles,
} from './postgres-reads.ts';
import type { Schema } from './schema.ts';

/** Logs in PostgreSQL. */
export const postgresLogStore = (database: Database<Schema>): LogStore => ({
  startAppend: appendInPostgres(database),
  together: (scope, work) => database.within(scope, work),
  state: (scope, tenant) => database.within(scope, (tx) => selectState(tx, tenant)),
  events: (scope, tenant, range) => database.within(scope, (tx) => selectEvents(tx, tenant, range)),
  newest: (scope, tenant, range) => database.once(scope, selectNewest(tenant, range)),
  eventsAt: (scope, tenant, indexes) => database.once(scope, selectEventsAt(tenant, indexes)),
  eventById: (scope, tenant, id) => database.within(scope, (tx) => selectEventById(tx, tenant, id)),
  tiles: (scope, tenant, names) => database.within(scope, (tx) => selectTiles(tx, tenant, names)),
  lastCheckpoint: (scope, tenant) => database.within(scope, (tx) => selectLastCheckpoint(tx, tenant)),
  checkpoints: (scope, tenant, from, limit) =>
    database.within(scope, (tx) => selectCheckpoints(tx, tenant, from, limit)),
  keepCheckpoint: (scope, tenant, checkpoint) => database.within(scope, (tx) => keepCheckpoint(tx, tenant, checkpoint)),
});
