import type { Database } from '@weir/database';
import type { AliasStore } from './store/alias-store.ts';
import type { ComponentStore } from './store/component-store.ts';
import type { DeploymentStore } from './store/deployment-store.ts';
import type { GrantStore } from './store/grant-store.ts';
import type { LifecycleStore } from './store/lifecycle-store.ts';
import { postgresAliasStore } from './store/postgres-alias-store.ts';
import { postgresComponentStore } from './store/postgres-component-store.ts';
import { postgresDeploymentStore } from './store/postgres-deployment-store.ts';
import { postgresGrantStore } from './store/postgres-grant-store.ts';
import { postgresLifecycleStore } from './store/postgres-lifecycle-store.ts';
import { postgresResolutionStore } from './store/postgres-resolution-store.ts';
import { postgresSlotStore } from './store/postgres-slot-store.ts';
import { postgresTenantStore } from './store/postgres-tenant-store.ts';
import { postgresUsageStore } from './store/postgres-usage-store.ts';
import { postgresWatchStore } from './store/postgres-watch-store.ts';
import type { ResolutionStore } from './store/resolution-store.ts';
import type { Schema } from './store/schema.ts';
import type { SlotStore } from './store/slot-store.ts';
import type { TenantStore } from './store/tenant-store.ts';
import type { UsageStore } from './store/usage-store.ts';
import type { WatchStore } from './store/watch-store.ts';

/** Where the registry keeps what it owns. */
export interface Stores {
  readonly tenants: TenantStore;
  readonly components: ComponentStore;
  readonly grants: GrantStore;
  readonly aliases: AliasStore;
  readonly lifecycles: LifecycleStore;
  readonly deployments: DeploymentStore;
  readonly resolutions: ResolutionStore;
  readonly slots: SlotStore;
  readonly usage: UsageStore;
  readonly changes: WatchStore;
}

/** All of it in PostgreSQL. */
export const postgresStores = (database: Database<Schema>): Stores => ({
  tenants: postgresTenantStore(database),
  components: postgresComponentStore(database),
  grants: postgresGrantStore(database),
  aliases: postgresAliasStore(database),
  lifecycles: postgresLifecycleStore(database),
  deployments: postgresDeploymentStore(database),
  resolutions: postgresResolutionStore(database),
  slots: postgresSlotStore(database),
  usage: postgresUsageStore(database),
  changes: postgresWatchStore(database),
});
