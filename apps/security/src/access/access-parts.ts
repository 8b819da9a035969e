import type { Database } from '@weir/database';
import { NO_DEMANDS, type Demands } from '../domain/access/obligations.ts';
import type { DecisionStore } from '../store/decision-store.ts';
import type { PolicyStore } from '../store/policy-store.ts';
import { postgresAccessFactsStore } from '../store/postgres-access-facts-store.ts';
import { postgresDecisionStore } from '../store/postgres-decision-store.ts';
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
  readonly demandsOf: (tenant: string) => Promise<Demands>;
}

const REVIEW_DAYS = 90;

/** Puts them together. */
export function buildAccess(database: Database<Schema>, principals: PrincipalStore): AccessParts {
  const policies = postgresPolicyStore(database);
  const decisions = postgresDecisionStore(database);
  const sets = policySets(policies);
  const demandsOf = (): Promise<Demands> => Promise.resolve(NO_DEMANDS);
  const reviewDaysOf = (): Promise<number> => Promise.resolve(REVIEW_DAYS);
  return {
    policies,
    decisions,
    sets,
    demandsOf,
    decider: decider({ sets, factsStore: postgresAccessFactsStore(database), decisions, demandsOf }),
    review: accessReview({ policies, principals, decisions, reviewDaysOf }),
  };
}
