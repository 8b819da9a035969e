import {
  type ComplianceFramework,
  type ComplianceRequirements,
  type ComplianceConflict,
} from '@weir/contracts/security';
import type { KnownFramework } from './frameworks.ts';
import { frameworkLabel } from './frameworks.ts';
import { stricter, targetOf } from './strictness.ts';

/** What one active framework demands. */
export interface Demanding {
  readonly framework: KnownFramework;
  readonly requirements: ComplianceRequirements;
}

/** What frameworks demand together: the longest that keeps something, the shortest after which something must happen. */
export function mergeRequirements(all: readonly Demanding[]): ComplianceRequirements {
  const demanded = all.map(({ requirements }) => requirements);
  const each = <T>(read: (one: ComplianceRequirements) => T | undefined): T[] =>
    demanded.map(read).filter((value) => value !== undefined);
  const longest = (days: readonly number[]) => (days.length === 0 ? undefined : Math.max(...days));
  const shortest = (days: readonly number[]) => (days.length === 0 ? undefined : Math.min(...days));

  const periods = each(({ breachNotificationPeriod }) => breachNotificationPeriod);
  return {
    auditRetentionDays: longest(each((one) => one.auditRetentionDays)),
    hotAuditRetentionDays: longest(each((one) => one.hotAuditRetentionDays)),
    personalDataRetentionDays: shortest(each((one) => one.personalDataRetentionDays)),
    accessReviewDays: shortest(each((one) => one.accessReviewDays)),
    accessReviewDueAt: each((one) => one.accessReviewDueAt).sort((a, b) => a.getTime() - b.getTime())[0],
    cryptoperiodDays: shortest(each((one) => one.cryptoperiodDays)),
    breachNotificationPeriod: periods.sort((a, b) => (a.seconds < b.seconds ? -1 : 1))[0],
    encryptionRequired: demanded.some((one) => one.encryptionRequired),
    anonymizations: mergeAnonymizations(demanded),
    conflicts: conflictsIn(all),
    sealPersonalDetails: isSealed(all),
  };
}

const isSealed = (all: readonly Demanding[]): boolean =>
  all.some(({ requirements }) => requirements.sealPersonalDetails);

/** Each kind of data by its strictest rule. */
function mergeAnonymizations(all: readonly ComplianceRequirements[]): ComplianceRequirements['anonymizations'] {
  const byTarget = new Map<string, ComplianceRequirements['anonymizations'][number]>();
  for (const one of all.flatMap(({ anonymizations }) => anonymizations)) {
    if (!one.rule) continue;
    const before = byTarget.get(targetOf(one.rule));
    const isStricter = !before?.rule || stricter(before.rule, one.rule) !== before.rule;
    byTarget.set(targetOf(one.rule), isStricter ? one : before);
  }
  return [...byTarget.values()];
}

/** Personal data must go before the log that speaks of it may. */
function conflictsIn(all: readonly Demanding[]): ComplianceConflict[] {
  const removing = all.filter(({ requirements }) => requirements.personalDataRetentionDays !== undefined);
  return removing.flatMap(({ framework, requirements }) => {
    const days = requirements.personalDataRetentionDays ?? 0;
    const keeping = all.filter((other) => (other.requirements.auditRetentionDays ?? 0) > days);
    if (keeping.length === 0) return [];
    const kept = Math.max(...keeping.map((other) => other.requirements.auditRetentionDays ?? 0));
    const names = keeping.map((other) => frameworkLabel(other.framework)).join(' and ');
    const conflict: ComplianceConflict = {
      field: 'personal_data_retention_days',
      frameworks: [framework, ...keeping.map((other): ComplianceFramework => other.framework)].sort((a, b) => a - b),
      resolution:
        `The audit log is kept for ${kept} days, as ${names} demands, and what it says about persons with it` +
        (isSealed(all)
          ? '; details about a person are sealed under a key of that person, which EraseSubject destroys.'
          : '.'),
    };
    return [conflict];
  });
}
