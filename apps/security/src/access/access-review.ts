import type { Scope } from '@weir/context';
import type { StaleGrant } from '@weir/contracts/security';
import { staleGrants } from '../domain/access/stale-grants.ts';
import type { DecisionStore } from '../store/decision-store.ts';
import type { PolicyStore } from '../store/policy-store.ts';
import type { PrincipalStore } from '../store/principal-store.ts';

/** Reviews of access rights. */
export interface AccessReview {
  /** Unset: unused for the review period of the tenant. */
  staleGrants(scope: Scope, tenant: string, unusedForMs: number | undefined): Promise<StaleGrant[]>;
}

/** What reviews read. */
export interface AccessReviewParts {
  readonly policies: PolicyStore;
  readonly principals: PrincipalStore;
  readonly decisions: DecisionStore;
  /** Within how many days the frameworks of a tenant want rights reviewed. */
  readonly reviewDaysOf: (scope: Scope, tenant: string) => Promise<number>;
}

const DAY_MS = 86_400_000;

/** Reviews over the stores. */
export function accessReview({ policies, principals, decisions, reviewDaysOf }: AccessReviewParts): AccessReview {
  return {
    async staleGrants(scope, tenant, unusedForMs) {
      const { put } = await policies.changes(scope, tenant, 0n);
      const holders = await principals.grantHolders(scope, tenant);
      const uses = await decisions.uses(scope, tenant);
      const byPrincipal = new Map(uses.map((use) => [`${use.policy}#${use.control}#${use.principal}`, use.lastUsedAt]));
      const byAnyone = new Map<string, Date>();
      for (const { policy, control, lastUsedAt } of uses) {
        const key = `${policy}#${control}`;
        if (lastUsedAt > (byAnyone.get(key) ?? new Date(0))) byAnyone.set(key, lastUsedAt);
      }
      return staleGrants({
        policies: put,
        holders,
        lastUse: (policy, control, principal) => byPrincipal.get(`${policy}#${control}#${principal}`),
        lastUseByAnyone: (policy, control) => byAnyone.get(`${policy}#${control}`),
        now: new Date(),
        unusedForMs: unusedForMs ?? (await reviewDaysOf(scope, tenant)) * DAY_MS,
      });
    },
  };
}
