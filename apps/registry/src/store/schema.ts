import { outboxMigrations, type OutboxTables } from '@weir/audit-outbox';
import type { Clearance, Environment, JobOutcome, Lifecycle, StopReason, Tier } from '@weir/contracts/registry';
import type { ColumnType, Generated, GeneratedAlways } from 'kysely';
import { join } from 'node:path';

/** The tables and views of the registry; the migrations say what each is for. */
export interface Schema extends OutboxTables {
  tenants: TenantTable;
  components: {
    component: string;
    created_at: Generated<Date>;
    features: Generated<number[] | null>;
    words: Generated<string | null>;
  };
  capabilities: { number: GeneratedAlways<number>; name: string };
  versions: VersionTable;
  manifests: ManifestTable;
  aliases: AliasTable;
  grants: GrantTable;
  visible_spans: SpanTable;
  granted_versions: VersionTable & { tenant: string };
  visible_versions: VersionTable & { tenant: string };
  tenant_meters: { tenant: string; fencing_token: Generated<bigint>; stored_bytes: Generated<bigint> };
  job_slots: SlotTable;
  usage_months: UsageTable;
  deployments: DeploymentTable;
  catalogue_changes: ChangeTable;
  catalogue_compaction: { only_row: Generated<boolean>; through: string };
  deployment_versions: { tenant: string; deployment: string; component: string; key: string };
}

/** The migrations of the registry's database, in order. */
export const registryMigrations = [outboxMigrations, join(import.meta.dirname, 'migrations')];

/** Bigints go in as bigint or number. */
type Count = ColumnType<bigint, bigint | number | undefined, bigint | number>;

export interface TenantTable {
  tenant: string;
  display_name: string;
  tier: Tier;
  max_concurrent_jobs: number | null;
  monthly_processing_hours: bigint | null;
  storage_gb: bigint | null;
  custom_limits: ColumnType<Record<string, string>, string, string>;
  allowed_environments: Environment[];
  clearance_ceiling: Clearance;
  revision: Generated<bigint>;
  created_at: Generated<Date>;
  updated_at: Generated<Date>;
  suspended_at: Date | null;
  deleted_at: Date | null;
  purge_at: Date | null;
}

export interface VersionTable {
  component: string;
  key: string;
  version: string;
  prerelease: boolean;
  clearance: Clearance;
  lifecycle: ColumnType<Lifecycle, Lifecycle | undefined, Lifecycle>;
  data_formats: number;
  certifications: number;
  capabilities: number[];
  words: string;
  bytes: number;
  lifecycle_reason: Generated<string>;
  replacement_component: string | null;
  replacement_key: string | null;
  sunset_at: Date | null;
  lifecycle_forced: Generated<boolean>;
  lifecycle_changed_at: Date | null;
  revision: Generated<bigint>;
}

export interface ManifestTable {
  component: string;
  key: string;
  clearance: Clearance;
  digest: Buffer;
  body: Buffer;
  runtime: Buffer;
  published_at: Generated<Date>;
  published_by: string;
}

export interface AliasTable {
  component: string;
  alias: string;
  key: string | null;
  revision: Generated<bigint>;
  updated_at: Generated<Date>;
}

export interface GrantTable {
  tenant: string;
  id: string;
  component: string;
  range: string;
  expires_at: Date | null;
  granted_at: Generated<Date>;
  granted_by: string;
  revoked_at: Date | null;
  revision: Generated<bigint>;
}

export interface SpanTable {
  tenant: string;
  component: string;
  prerelease: boolean;
  from_key: string;
  to_key: string;
  /** "infinity" comes out of the driver as the number. */
  expires_at: ColumnType<Date | number, Date | 'infinity', Date | 'infinity'>;
}

export interface SlotTable {
  tenant: string;
  id: string;
  job: string;
  component: string | null;
  key: string | null;
  holder: string;
  fencing_token: Count;
  ttl_ms: number;
  acquired_at: Date;
  expires_at: Date;
  stop_reason: ColumnType<StopReason, StopReason | undefined, StopReason>;
  ended_at: Date | null;
  expired: Generated<boolean>;
  outcome: JobOutcome | null;
  released: Generated<boolean>;
}

export interface UsageTable {
  tenant: string;
  /** "2026-11-01" */
  month: string;
  processing_ms: Count;
  processed_bytes: Count;
  stored_bytes: Count;
  rows_read: Count;
  rows_written: Count;
  jobs_completed: Count;
  jobs_failed: Count;
  jobs_cancelled: Count;
  last_activity_at: Date;
}

export interface DeploymentTable {
  tenant: string;
  id: string;
  environment: Environment;
  generation: bigint;
  recorded_by: string;
  recorded_at: Generated<Date>;
}

type SpansJson = readonly (readonly [prerelease: boolean, from: string, to: string, untilMs: number | null])[];

export interface ChangeTable {
  xid: Generated<string>;
  id: GeneratedAlways<bigint>;
  at: Generated<Date>;
  tenant: string | null;
  component: string | null;
  key: string | null;
  lifecycle_before: number | null;
  lifecycle_after: number | null;
  spans_before: ColumnType<SpansJson | null, string | undefined, never>;
  spans_after: ColumnType<SpansJson | null, string | undefined, never>;
  ceiling_before: number | null;
  ceiling_after: number | null;
}
