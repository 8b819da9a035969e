import { dataSensitivity } from '@weir/contracts';
import { Sensitivity } from '@weir/contracts/options';
import type { Policy } from '@weir/contracts/security';

/** How long events of a sensitivity must be kept, as audit takes it. */
export interface AuditMinimum {
  readonly sensitivity: Sensitivity;
  readonly days: number;
}

const SENSITIVITIES = [Sensitivity.LOW, Sensitivity.MEDIUM, Sensitivity.HIGH, Sensitivity.CRITICAL];

/**
 * What frameworks and policies demand of the retention of the audit log, by sensitivity; the longest counts. Events
 * about data are as sensitive as the data or more, so what is demanded for a classification holds for all sensitivities
 * from that of its data on: no event about the data is kept for less than a decision says (`retain.audit_days`).
 */
export function auditMinimums(frameworkDays: number, policies: readonly Policy[]): AuditMinimum[] {
  const demanded = policies.flatMap(({ auditRetentions }) => auditRetentions);
  return SENSITIVITIES.flatMap((sensitivity) => {
    const days = demanded
      .filter(({ classification }) => dataSensitivity(classification) <= sensitivity)
      .map((one) => one.days);
    const longest = Math.max(frameworkDays, ...days);
    return longest > 0 ? [{ sensitivity, days: longest }] : [];
  });
}

/** The same text for the same minimums. */
export const minimumsText = (minimums: readonly AuditMinimum[]): string =>
  minimums.map(({ sensitivity, days }) => `${sensitivity}:${days}`).join(' ');
