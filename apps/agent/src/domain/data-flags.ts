import type { PiiSummary } from '@weir/contracts/agent';
import { AnonymizeOperator } from '@weir/contracts/registry';

/** What auditors look for in an event about data of this size. */
export const dataFlags = (sizeBytes: bigint, largeBytes: number): string[] =>
  sizeBytes > BigInt(largeBytes) ? ['large_dataset'] : [];

const LEFT: ReadonlySet<AnonymizeOperator> = new Set([AnonymizeOperator.UNSPECIFIED, AnonymizeOperator.KEEP]);

/** What they look for in a run: whether it met personal data, and whether it let none of it pass as it was. */
export function piiFlags(pii: PiiSummary | undefined): string[] {
  if (!pii || pii.findings.length === 0) return [];
  const isHidden = pii.residualCount === 0n && pii.findings.every(({ operator }) => !LEFT.has(operator));
  return isHidden ? ['pii_detected', 'pii_anonymized'] : ['pii_detected'];
}
