import type { Client } from '@weir/client';
import type { AuditServiceDefinition } from '@weir/contracts/audit';

/** What compliance asks of the audit service, as `principals/security`. */
export type AuditAccess = Pick<
  Client<typeof AuditServiceDefinition>,
  | 'putRetention'
  | 'getCheckpoint'
  | 'getConsistencyProof'
  | 'getInclusionProof'
  | 'exportEvents'
  | 'verifyLog'
  | 'tailEvents'
>;
