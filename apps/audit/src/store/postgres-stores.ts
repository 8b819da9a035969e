import type { Database } from '@weir/database';
import { postgresLogStore } from './postgres-log-store.ts';
import { postgresRemovalStore } from './postgres-removal-store.ts';
import { postgresRetentionStore } from './postgres-retention-store.ts';
import { postgresSearchStore } from './postgres-search-store.ts';
import type { Schema } from './schema.ts';

/** Everything that the audit service keeps, in PostgreSQL. */
export const postgresStores = (database: Database<Schema>) => ({
  store: postgresLogStore(database),
  retentions: postgresRetentionStore(database),
  removals: postgresRemovalStore(database),
  searches: postgresSearchStore(database),
});
