import type { Scope } from '@weir/context';
import type { Decision, ExplainAccessRequest, ExplainAccessResponse } from '@weir/contracts/security';
import { reason } from '@weir/errors';
import { parse, type Unary } from '@weir/rpc';
import { z } from 'zod';
import type { Decider } from '../access/decider.ts';
import type { PolicySets } from '../access/policy-sets.ts';
import { decide } from '../domain/access/decide.ts';
import { explain } from '../domain/access/explain.ts';
import { factsOf, settledQuestion, type Facts } from '../domain/access/facts.ts';
import type { PolicySet } from '../domain/access/policy-set.ts';
import { tenantIn } from '../domain/principal.ts';
import type { DecisionStore } from '../store/decision-store.ts';
import { checkTenant, questionField, requireInScope, tenantField } from './question-fields.ts';

const Subject = z.discriminatedUnion(
  '$case',
  [
    z.object({ $case: z.literal('question'), value: questionField() }),
    z.object({ $case: z.literal('decisionId'), value: z.uuid('must be a UUID') }),
  ],
  'is required: one of question, decision_id',
);

const Request = z.object({ tenant: tenantField(), subject: Subject }).superRefine(({ tenant, subject }, context) => {
  if (subject.$case === 'question') checkTenant({ tenant, questions: [[['question'], subject.value]] }, context);
});

/** What ExplainAccess works with. */
export interface ExplainParts {
  readonly decider: Decider;
  readonly sets: PolicySets;
  readonly decisions: DecisionStore;
}

interface Case {
  readonly policies: PolicySet;
  readonly facts: Facts;
  readonly decision: Decision;
}

/** Says why a question would be decided as it would be now, or why a recorded one was. */
export function explainAccess(parts: ExplainParts): Unary<ExplainAccessRequest, ExplainAccessResponse> {
  return async (request, context) => {
    const { tenant: name, subject } = parse(Request, request);
    const tenant = tenantIn(name);
    if (subject.$case === 'question') requireInScope(context, [subject.value]);

    const { policies, facts, decision } =
      subject.$case === 'question'
        ? await present(parts, tenant, subject.value)
        : await recorded(parts, context.scope, tenant, subject.value);
    const { steps, traces, controlCount } = explain(policies, facts);

    const roles = [...(facts.principal?.roles ?? [])];
    return { question: settledQuestion(facts), roles, decision, steps, traces, controlCount };
  };
}

async function present({ decider }: ExplainParts, tenant: string, question: Facts['question']): Promise<Case> {
  const { policies, demands, facts, decidedAt } = await decider.basis(tenant, [question]);
  const [one = factsOf(question, undefined, decidedAt)] = facts;
  return { policies, facts: one, decision: decide(policies, one, demands, decidedAt) };
}

async function recorded(parts: ExplainParts, scope: Scope, tenant: string, id: string): Promise<Case> {
  const record = await parts.decisions.find(scope, tenant, id);
  if (!record) throw reason('DECISION_NOT_FOUND', { id, tenant: `tenants/${tenant}` });
  const { question, principal, decision } = record;
  const policies = await parts.sets.asOf(tenant, decision.policyRevision);
  return { policies, facts: factsOf(question, principal, decision.decidedAt ?? new Date()), decision };
}
