import type { AuditFields } from '@weir/context';
import { dataSensitivity } from '@weir/contracts';
import {
  decisionReasonToJSON,
  verdictToJSON,
  type AccessQuestion,
  type CheckAccessRequest,
  type CheckAccessResponse,
  type Decision,
} from '@weir/contracts/security';
import { parse, type Unary } from '@weir/rpc';
import { z } from 'zod';
import type { Decider } from '../access/decider.ts';
import { tenantIn } from '../domain/principal.ts';
import { checkTenant, questionField, requireMayAsk, tenantField } from './question-fields.ts';

const Request = z
  .object({ tenant: tenantField(), question: questionField() })
  .superRefine(({ tenant, question }, context) =>
    checkTenant({ tenant, questions: [[['question'], question]] }, context),
  );

/** Decides one question; a refusal is an answer. */
export function checkAccess(decider: Decider): Unary<CheckAccessRequest, CheckAccessResponse> {
  return async (request, context) => {
    const { tenant, question } = parse(Request, request);
    requireMayAsk(context, [question]);

    const [decision] = await decider.decide({
      tenant: tenantIn(tenant),
      questions: [question],
      eventOf([made]) {
        context.audit(fieldsOf(question, made));
        return context.takeEvent();
      },
    });

    return { decision };
  };
}

const fieldsOf = (question: AccessQuestion, decision: Decision | undefined): AuditFields => ({
  resource: question.resource,
  policyRevision: String(decision?.policyRevision ?? 0n),
  sensitivity: dataSensitivity(question.classification),
  details: {
    principal: question.principal,
    operation: question.operation,
    verdict: verdictToJSON(decision?.verdict ?? 0),
    reason: decisionReasonToJSON(decision?.reason ?? 0),
    decision_id: decision?.id ?? '',
  },
});
