import { outboxMigrations, seenCheckpointMigrations, type OutboxTables } from '@weir/audit-outbox';
import type { ColumnType, Generated } from 'kysely';
import { join } from 'node:path';
import type { RolloutState } from './rollout-state.ts';

/** The tables of the deployment service. */
export interface Schema extends OutboxTables {
  lanes: LanesTable;
  deployments: DeploymentsTable;
  route_head: { only_row: Generated<boolean>; revision: bigint; compacted: bigint };
  route_changes: RouteChangesTable;
}

export interface LanesTable {
  tenant: string;
  environment: number;
  component: string;
  revisions: Generated<number>;
  generation: Generated<bigint>;
  active: string | null;
  switched_at: Date | null;
  route: Buffer | null;
}

export interface DeploymentsTable {
  tenant: string;
  id: string;
  environment: number;
  component: string;
  revision_number: number;
  spec: Buffer;
  component_version: Buffer;
  phase: number;
  settled: boolean;
  live: boolean;
  old: string | null;
  state: ColumnType<RolloutState, string, string>;
  revision: Generated<bigint>;
  created_by: string;
  created_at: Generated<Date>;
  updated_at: Generated<Date>;
}

export interface RouteChangesTable {
  revision: bigint;
  tenant: string;
  environment: number;
  component: string;
  route: Buffer | null;
  changed_at: Generated<Date>;
}

/** The migrations that create them, in their order. */
export const databaseMigrations = [outboxMigrations, join(import.meta.dirname, 'migrations'), seenCheckpointMigrations];
