import type { Scope } from '@weir/context';
import type { ComplianceAssessment } from '@weir/contracts/security';

/** What a repeat of a request is known by. */
export interface AssessmentRequest {
  readonly tenant: string;
  readonly principal: string;
  readonly requestId: string;
}

/** Keeps assessments as they were made. Every method sees those of its scope only. */
export interface AssessmentStore {
  find(scope: Scope, tenant: string, id: string): Promise<ComplianceAssessment | undefined>;
  /** Keeps it, unless one of its id is there; answers with the one that is kept. */
  put(scope: Scope, tenant: string, id: string, assessment: ComplianceAssessment): Promise<ComplianceAssessment>;
  /** When assessments of a tenant were made, from `from` on, ascending. */
  times(scope: Scope, tenant: string, from: Date): Promise<Date[]>;
  /** The assessment that a request was answered with, and the digest of that request. */
  answered(scope: Scope, request: AssessmentRequest): Promise<{ digest: Buffer; id: string } | undefined>;
  answer(scope: Scope, request: AssessmentRequest, digest: Buffer, id: string): Promise<void>;
  /** Forgets which requests were answered longer than this ago. */
  purge(keptMs: number): Promise<void>;
}
