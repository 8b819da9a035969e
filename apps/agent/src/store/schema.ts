import { outboxMigrations, type OutboxTables } from '@weir/audit-outbox';
import type { Generated, JSONColumnType } from 'kysely';
import { join } from 'node:path';

/** The tables of the agent service. */
export interface Schema extends OutboxTables {
  instances: { id: string; seen_at: Generated<Date> };
  storage: { tenant: string; used_bytes: Generated<bigint> };
  contents: ContentsTable;
  content_readers: ContentReadersTable;
  datasets: DatasetsTable;
  runs: RunsTable;
  quality_issues: QualityIssuesTable;
}

interface ContentsTable {
  id: string;
  tenant: string;
  state: 'arriving' | 'current' | 'garbage';
  counted_bytes: Generated<bigint>;
  instance: string | null;
  created_at: Generated<Date>;
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

/** The migrations that create them, in order. */
export const agentMigrations = [outboxMigrations, join(import.meta.dirname, 'migrations')];
