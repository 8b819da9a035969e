import type { Permission } from '@weir/contracts/options';
import type { Clearance } from '@weir/contracts/registry';
import type { Obligation } from '@weir/contracts/security';

/** Who wants to do what with which data. */
export interface DataQuestion {
  /** "tenants/acme" */
  readonly tenant: string;
  /** The name of the principal. */
  readonly principal: string;
  readonly permission: Permission;
  /** "process_data.profiling" */
  readonly operation: string;
  /** The name of the dataset. */
  readonly resource: string;
  readonly dataTypes: readonly string[];
  readonly classification: Clearance;
  readonly caller: Caller | undefined;
}

/** The circumstances of a principal that calls; of a job nobody calls any more. */
export interface Caller {
  /** Empty: not known. */
  readonly sourceIp: string;
  readonly tokenPermissions: readonly Permission[];
}

/** A yes, and what is owed for it. */
export interface AccessGrant {
  /** Empty where the tenant has no policy that could decide. */
  readonly decisionId: string;
  readonly policyRevision: bigint;
  readonly obligations: readonly Obligation[];
}

/** The access decisions of security. */
export interface AccessDecisions {
  /** Throws ACCESS_DENIED for a no. */
  decide(question: DataQuestion, signal: AbortSignal): Promise<AccessGrant>;
}
