import { dataSensitivity } from '@weir/contracts';
import { Verdict, type BatchCheckAccessRequest, type BatchCheckAccessResponse } from '@weir/contracts/security';
import { parse, type Unary } from '@weir/rpc';
import { z } from 'zod';
import type { Decider } from '../access/decider.ts';
import { tenantIn } from '../domain/principal.ts';
import { checkTenant, questionField, requireMayAsk, tenantField } from './question-fields.ts';

const MAX_QUESTIONS = 1_000;

const Request = z
  .object({
    tenant: tenantField(),
    questions: z
      .array(questionField())
      .min(1, 'needs at least one question')
      .max(MAX_QUESTIONS, `must have at most ${MAX_QUESTIONS} questions`),
  })
  .superRefine(({ tenant, questions }, context) =>
    checkTenant({ tenant, questions: questions.map((question, index) => [['questions', index], question]) }, context),
  );

/** Decides many questions, each for itself, all by one revision. */
export function batchCheckAccess(decider: Decider): Unary<BatchCheckAccessRequest, BatchCheckAccessResponse> {
  return async (request, context) => {
    const { tenant, questions } = parse(Request, request);
    requireMayAsk(context, questions);

    const decisions = await decider.decide({
      tenant: tenantIn(tenant),
      questions,
      eventOf(made) {
        const allowed = made.filter(({ verdict }) => verdict === Verdict.ALLOW).length;
        context.audit({
          resource: tenant,
          sensitivity: Math.max(...questions.map(({ classification }) => dataSensitivity(classification))),
          policyRevision: String(made[0]?.policyRevision ?? 0n),
          details: { questions: questions.length, allowed, denied: questions.length - allowed },
        });
        return context.takeEvent();
      },
    });

    return { decisions: [...decisions] };
  };
}
