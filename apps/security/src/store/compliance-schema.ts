import type { ColumnType, Generated } from 'kysely';

/** The tables of compliance. */
export interface ComplianceTables {
  framework_configs: FrameworkConfigsTable;
  compliance_tenants: ComplianceTenantsTable;
  applied_retentions: AppliedRetentionsTable;
  assessments: AssessmentsTable;
  assessment_requests: AssessmentRequestsTable;
  breach_clocks: BreachClocksTable;
  erasures: ErasuresTable;
  platform_watch: { only_row: Generated<boolean>; revision: bigint };
  silenced_services: { service: string; since: Date; audit_event_id: string };
}

interface FrameworkConfigsTable {
  tenant: string;
  framework: number;
  revision: bigint;
  disabled: boolean;
  /** weir.security.v1.ComplianceParameters */
  parameters: Buffer;
  configured_by: string;
  configured_at: Generated<Date>;
  retention_applied_at: ColumnType<Date | null, undefined>;
}

interface ComplianceTenantsTable {
  tenant: string;
  reviewed_at: ColumnType<Date | null, Date | undefined>;
  cryptoperiod_ms: ColumnType<bigint | null, bigint | null | undefined>;
}

interface AppliedRetentionsTable {
  tenant: string;
  revision: ColumnType<bigint | null, undefined>;
  minimums: ColumnType<string, undefined>;
  applied_at: ColumnType<Date | null, undefined>;
}

interface AssessmentsTable {
  tenant: string;
  id: string;
  /** weir.security.v1.ComplianceAssessment */
  content: Buffer;
  evaluated_at: Date;
}

interface AssessmentRequestsTable {
  tenant: string;
  principal: string;
  request_id: string;
  request_digest: Buffer;
  assessment: string;
  created_at: Generated<Date>;
}

interface BreachClocksTable {
  tenant: string;
  id: string;
  framework: number;
  control_id: string;
  trigger: number;
  incident: string;
  description: string;
  resources: string[];
  audit_event_ids: string[];
  discovered_at: Date;
  notify_by: Date;
  stopped_at: ColumnType<Date | null, undefined>;
  notified_at: ColumnType<Date | null, undefined>;
  stopped_by: ColumnType<string, undefined, string>;
  statement: ColumnType<string, undefined, string>;
}

interface ErasuresTable {
  tenant: string;
  id: string;
  subject_hash: string;
  destroyed_keys: number;
  ciphertexts: bigint;
  tokens: bigint;
  requested_by: string;
  reason: string;
  erased_at: Date;
  audit_event_id: string;
}
