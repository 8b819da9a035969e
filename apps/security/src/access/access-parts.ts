import type { Scope } from '@weir/context';
import type { Database } from '@weir/database';
import { tenantDemands, type TenantDemands } from '../compliance/tenant-demands.ts';
import type { Waived } from '../domain/access/obligations.ts';
import { effectiveOf } from '../domain/compliance/framework-config.ts';
import type { DecisionStore } from '../store/decision-store.ts';
import type { FrameworkStore } from '../store/framework-store.ts';
import type { PolicyStore } from '../store/policy-store.ts';
import { postgresAccessFactsStore } from '../store/postgres-access-facts-store.ts';
import { postgresDecisionStore } from '../store/postgres-decision-store.ts';
import { postgresFrameworkStore } from '../store/postgres-framework-store.ts';
import { postgresPolicyStore } from '../store/postgres-policy-store.ts';
import type { PrincipalStore } from '../store/principal-store.ts';
import type { Schema } from '../store/schema.ts';
import { accessReview, type AccessReview } from './access-review.ts';
import { decider, type Decider } from './decider.ts';
import { policySets, type PolicySets } from './policy-sets.ts';

/** What AccessService is made of. */
export interface AccessParts {
  readonly policies: PolicyStore;
  readonly decisions: DecisionStore;
  readonly sets: PolicySets;
  readonly decider: Decider;
  readonly review: AccessReview;
  readonly demandsOf: TenantDemands;
  readonly frameworks: FrameworkStore;
}

const REVIEW_DAYS = 90;

/** Puts them together. */
export function buildAccess(database: Database<Schema>, principals: PrincipalStore, waived?: Waived): AccessParts {
  const policies = postgresPolicyStore(database);
  const decisions = postgresDecisionStore(database);
  const sets = policySets(policies);
  const frameworks = postgresFrameworkStore(database);
  const ofFrameworks = tenantDemands(frameworks);
  const demandsOf: TenantDemands = async (tenant, revision) => ({
    ...(await ofFrameworks(tenant, revision)),
    ...(waived && { waived }),
  });
  const reviewDaysOf = async (scope: Scope, tenant: string): Promise<number> =>
    effectiveOf(await frameworks.find(scope, tenant)).accessReviewDays ?? REVIEW_DAYS;
  return {
    policies,
    decisions,
    sets,
    demandsOf,
    frameworks,
    decider: decider({ sets, factsStore: postgresAccessFactsStore(database), decisions, demandsOf }),
    review: accessReview({ policies, principals, decisions, reviewDaysOf }),
  };
}
