import type { AccessQuestion, Decision } from '@weir/contracts/security';
import { randomUUID } from 'node:crypto';
import { decide } from '../domain/access/decide.ts';
import { factsOf, settledQuestion, type Facts } from '../domain/access/facts.ts';
import type { Demands } from '../domain/access/obligations.ts';
import type { PolicySet } from '../domain/access/policy-set.ts';
import type { AccessFactsStore, CurrentFacts, FactsKey } from '../store/access-facts-store.ts';
import type { DecisionRecord, DecisionStore } from '../store/decision-store.ts';
import { batched } from './batched.ts';
import type { PolicySets } from './policy-sets.ts';

/** Everything that questions of a tenant are decided by, as of one moment. */
export interface Basis {
  readonly policies: PolicySet;
  readonly demands: Demands;
  /** As many as questions, in their order. */
  readonly facts: readonly Facts[];
  readonly decidedAt: Date;
}

/** Decides questions. */
export interface Decider {
  /** Reads what questions are decided by; all of them by one revision. */
  basis(tenant: string, questions: readonly AccessQuestion[]): Promise<Basis>;
  /** Decides and records; each decision answers the question of its place. */
  decide(tenant: string, questions: readonly AccessQuestion[]): Promise<Decision[]>;
}

/** What a decider works with. */
export interface DeciderParts {
  readonly sets: PolicySets;
  readonly factsStore: AccessFactsStore;
  readonly decisions: DecisionStore;
  /** What the frameworks of a tenant demand, as of a revision of its policies. */
  readonly demandsOf: (tenant: string, revision: bigint) => Promise<Demands>;
}

const READ_AT_ONCE = 2_000;
const WRITE_AT_ONCE = 5_000;

/** Questions that come together share one reading and one writing of the database. */
export function decider({ sets, factsStore, decisions, demandsOf }: DeciderParts): Decider {
  const read = batched<FactsKey, CurrentFacts>((keys) => factsStore.read(keys), READ_AT_ONCE);
  const write = batched<DecisionRecord, true>(async (records) => {
    await decisions.record(records);
    return records.map(() => true);
  }, WRITE_AT_ONCE);

  async function basis(tenant: string, questions: readonly AccessQuestion[]): Promise<Basis> {
    const known = await Promise.all(questions.map(({ principal }) => read({ tenant, principal })));
    // Questions of a large batch may have been read in two parts: the later revision counts for all.
    const revision = known.reduce((latest, one) => (one.revision > latest ? one.revision : latest), 0n);
    const [policies, demands] = await Promise.all([sets.current(tenant, revision), demandsOf(tenant, revision)]);
    const decidedAt = new Date();
    const facts = questions.map((question, index) => factsOf(question, known[index]?.principal, decidedAt));
    return { policies, demands, facts, decidedAt };
  }

  return {
    basis,
    async decide(tenant, questions) {
      const { policies, demands, facts, decidedAt } = await basis(tenant, questions);
      const records = facts.map((one): DecisionRecord => {
        const decision = { ...decide(policies, one, demands, decidedAt), id: randomUUID() };
        return { tenant, question: settledQuestion(one), principal: one.principal, decision };
      });
      await Promise.all(records.map(write));
      return records.map(({ decision }) => decision);
    },
  };
}
