import type { ColumnType, Generated } from 'kysely';

/** The tables of compliance. */
export interface ComplianceTables {
  framework_configs: FrameworkConfigsTable;
  compliance_tenants: ComplianceTenantsTable;
  applied_retentions: AppliedRetentionsTable;
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
