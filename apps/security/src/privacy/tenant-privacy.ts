import type { Scope } from '@weir/context';
import type { AnonymizationRule, PiiCustomRecognizer } from '@weir/contracts/security';
import type { AccessParts } from '../access/access-parts.ts';
import { rulesOf } from '../domain/access/obligations.ts';

/** How a tenant wants personal data to be treated. */
export interface TenantPrivacy {
  readonly rules: readonly AnonymizationRule[];
  readonly recognizers: readonly PiiCustomRecognizer[];
  /** Look for personal data in fields that no rule names, too. */
  readonly detectPii: boolean;
}

/** What the policies and frameworks of a tenant say now. */
export type TenantPrivacyOf = (scope: Scope, tenant: string) => Promise<TenantPrivacy>;

/** Reads it from the policies as decisions do. */
export const tenantPrivacy =
  ({ policies, sets, demandsOf }: Pick<AccessParts, 'policies' | 'sets' | 'demandsOf'>): TenantPrivacyOf =>
  async (scope, tenant) => {
    const revision = await policies.revision(scope, tenant);
    const [set, { anonymize }] = await Promise.all([sets.current(tenant, revision), demandsOf(tenant, revision)]);
    const demands = set.policies.flatMap(({ anonymization }) => anonymization ?? []);
    return {
      rules: rulesOf(set.policies, anonymize.rules),
      recognizers: demands.flatMap(({ customRecognizers }) => customRecognizers),
      detectPii:
        anonymize.sources.length > 0 || demands.length === 0 || demands.some(({ detectPii }) => detectPii !== false),
    };
  };
