import { outboxMigrations, type OutboxTables } from '@weir/audit-outbox';
import type { Generated, GeneratedAlways, JSONColumnType } from 'kysely';
import { join } from 'node:path';

/** The tables of the agent service. */
export interface Schema extends OutboxTables {
  instances: { id: string; seen_at: Generated<Date> };
  storage: { tenant: string; used_bytes: Generated<bigint> };
  contents: ContentsTable;
  content_readers: ContentReadersTable;
  discarded_data_keys: { ciphertext_id: string; tenant: string; key_name: string };
  datasets: DatasetsTable;
  runs: RunsTable;
  quality_issues: QualityIssuesTable;
  run_totals: RunTotalsTable;
  jobs: JobsTable;
  job_items: JobItemsTable;
}

interface ContentsTable {
  id: string;
  tenant: string;
  state: 'arriving' | 'current' | 'garbage';
  counted_bytes: Generated<bigint>;
  instance: string | null;
  created_at: Generated<Date>;
  key_name: string | null;
  key_version: number | null;
  key_ciphertext_id: string | null;
  wrapped_key: Buffer | null;
}

interface ContentReadersTable {
  id: string;
  tenant: string;
  content: string;
  instance: string;
  reader: string;
  created_at: Generated<Date>;
}

interface DatasetsTable {
  tenant: string;
  id: string;
  content: string;
  display_name: string;
  format: number;
  csv: JSONColumnType<object> | null;
  classification: number;
  data_types: string[];
  columns: JSONColumnType<unknown[]>;
  row_count: bigint;
  size_bytes: bigint;
  sha256: string;
  key_version: string;
  pii_types: number[];
  run_id: string;
  sources: string[];
  created_by: string;
  labels: JSONColumnType<Record<string, string>>;
  expires_at: Date | null;
  etag: string;
  created_at: Generated<Date>;
  updated_at: Generated<Date>;
  profile: Buffer | null;
}

interface RunsTable {
  tenant: string;
  id: string;
  component: string;
  version: string;
  environment: number;
  route_kind: number;
  deployment: string;
  colour: number;
  state: 'succeeded' | 'rejected' | 'failed' | 'cancelled';
  reason: string;
  job: string;
  datasets: string[];
  rows_in: bigint;
  rows_out: bigint;
  processing_ms: number;
  duration_ms: number;
  quality_score: number | null;
  started_at: Date;
  finished_at: Generated<Date>;
}

interface QualityIssuesTable {
  tenant: string;
  run_id: string;
  expectation: string;
  component: string;
  dataset: string;
  check_text: string;
  severity: number;
  rows_failed: bigint;
  rows_checked: bigint;
  found_at: Generated<Date>;
}

interface RunTotalsTable {
  tenant: string;
  component: string;
  version: string;
  environment: number;
  route_kind: number;
  deployment: string;
  colour: number;
  succeeded: bigint;
  failed: bigint;
  cancelled: bigint;
  duration_sum_ms: number;
  durations: JSONColumnType<[number, number][]>;
  datasets: string[];
  rows_in: bigint;
  processing_ms: number;
  quality_sum: number;
  quality_count: bigint;
  last_started_at: Date;
}

interface JobsTable {
  tenant: string;
  id: string;
  seq: GeneratedAlways<bigint>;
  hidden: Generated<boolean>;
  state: number;
  revision: Generated<bigint>;
  work: Buffer;
  components: string[];
  datasets: string[];
  run_id: string;
  attempts: Generated<number>;
  submitted_by: string;
  traceparent: string | null;
  cancel_reason: Generated<string>;
  claim: Generated<bigint>;
  claimed_by: string | null;
  not_before: Date | null;
  outcome: Buffer | null;
  ends_as: number | null;
  created_at: Generated<Date>;
  started_at: Date | null;
  finished_at: Date | null;
}

interface JobItemsTable {
  tenant: string;
  job: string;
  item_index: number;
  revision: bigint;
  result: Buffer;
}

/** The migrations that create them, in order. */
export const agentMigrations = [outboxMigrations, join(import.meta.dirname, 'migrations')];
