import type { Database } from '@weir/database';
import type { ComponentStore } from './store/component-store.ts';
import type { GrantStore } from './store/grant-store.ts';
import { postgresComponentStore } from './store/postgres-component-store.ts';
import { postgresGrantStore } from './store/postgres-grant-store.ts';
import { postgresResolutionStore } from './store/postgres-resolution-store.ts';
import { postgresSlotStore } from './store/postgres-slot-store.ts';
import { postgresTenantStore } from './store/postgres-tenant-store.ts';
import { postgresUsageStore } from './store/postgres-usage-store.ts';
import type { ResolutionStore } from './store/resolution-store.ts';
import type { Schema } from './store/schema.ts';
import type { SlotStore } from './store/slot-store.ts';
import type { TenantStore } from './store/tenant-store.ts';
import type { UsageStore } from './store/usage-store.ts';

/** Where the registry keeps what it owns. */
export interface Stores {
  readonly tenants: TenantStore;
  readonly components: ComponentStore;
  readonly grants: GrantStore;
  readonly resolutions: ResolutionStore;
  readonly slots: SlotStore;
  readonly usage: UsageStore;
}

/** All of it in PostgreSQL. */
export const postgresStores = (database: Database<Schema>): Stores => ({
  tenants: postgresTenantStore(database),
  components: postgresComponentStore(database),
  grants: postgresGrantStore(database),
  resolutions: postgresResolutionStore(database),
  slots: postgresSlotStore(database),
  usage: postgresUsageStore(database),
});
