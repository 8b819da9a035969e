import type { AuditFields } from '@weir/context';

/** Tells of a batch what its items became known for: the latest policy that decided, and the most sensitive data. */
export function batchFacts(tell: (facts: AuditFields) => void): (facts: AuditFields) => void {
  let [revision, sensitivity] = [0n, 0];
  return (facts) => {
    if (facts.policyRevision === undefined) return;
    const decided = BigInt(facts.policyRevision);
    revision = decided > revision ? decided : revision;
    sensitivity = Math.max(sensitivity, facts.sensitivity ?? 0);
    tell({ policyRevision: String(revision), sensitivity });
  };
}
