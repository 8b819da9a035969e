import { Sensitivity } from '@weir/contracts/options';
import { Clearance } from '@weir/contracts/registry';
import type { Policy } from '@weir/contracts/security';

/** How long events of a sensitivity must be kept, as audit takes it. */
export interface AuditMinimum {
  readonly sensitivity: Sensitivity;
  readonly days: number;
}

/** Events about data of a classification are as sensitive as the data. */
const SENSITIVITY_OF: ReadonlyMap<Clearance, Sensitivity> = new Map([
  [Clearance.PUBLIC, Sensitivity.LOW],
  [Clearance.INTERNAL, Sensitivity.MEDIUM],
  [Clearance.CONFIDENTIAL, Sensitivity.HIGH],
  [Clearance.RESTRICTED, Sensitivity.CRITICAL],
]);

/** What frameworks and policies demand of the retention of the audit log, by sensitivity; the longest counts. */
export function auditMinimums(frameworkDays: number, policies: readonly Policy[]): AuditMinimum[] {
  const demanded = policies.flatMap(({ auditRetentions }) => auditRetentions);
  return [...SENSITIVITY_OF].flatMap(([classification, sensitivity]) => {
    const days = demanded.filter((one) => one.classification === classification).map((one) => one.days);
    const longest = Math.max(frameworkDays, ...days);
    return longest > 0 ? [{ sensitivity, days: longest }] : [];
  });
}

/** The same text for the same minimums. */
export const minimumsText = (minimums: readonly AuditMinimum[]): string =>
  minimums.map(({ sensitivity, days }) => `${sensitivity}:${days}`).join(' ');
