import type { CallContext } from '@weir/context';
import {
  EvaluateComplianceRequest,
  type ComplianceAssessment,
  type EvaluateComplianceResponse,
} from '@weir/contracts/security';
import { reason } from '@weir/errors';
import { parse, type Unary } from '@weir/rpc';
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Evaluator } from '../compliance/evaluator.ts';
import { inShort } from '../domain/compliance/assessment.ts';
import { isKnownFramework } from '../domain/compliance/frameworks.ts';
import { tenantIn } from '../domain/principal.ts';
import type { AssessmentStore } from '../store/assessment-store.ts';
import { tenantField } from './question-fields.ts';

const DEFAULT_ITEMS = 3;

const Request = z
  .object({
    tenant: tenantField(),
    frameworks: z.array(z.number()).max(100, 'must have at most 100'),
    periodStart: z.date().optional(),
    periodEnd: z.date().optional(),
    maxItemsPerControl: z.int('must be 0 to 10').min(0, 'must be 0 to 10').max(10, 'must be 0 to 10'),
  })
  .refine(({ periodStart, periodEnd }) => !periodStart || !periodEnd || periodStart < periodEnd, {
    path: ['periodEnd'],
    message: 'must be later than period_start',
  });

/** What EvaluateCompliance works with. */
export interface EvaluateComplianceParts {
  readonly evaluator: Evaluator;
  readonly assessments: AssessmentStore;
}

/** Measures the controls of the configured frameworks, and keeps the result as an assessment. */
export function evaluateCompliance(
  parts: EvaluateComplianceParts,
): Unary<EvaluateComplianceRequest, EvaluateComplianceResponse> {
  const { evaluator, assessments } = parts;
  return async (request, context) => {
    const { tenant: name, frameworks: asked, periodStart, periodEnd, maxItemsPerControl } = parse(Request, request);
    const unknown = asked.find((framework) => !isKnownFramework(framework));
    if (unknown !== undefined) throw reason('UNKNOWN_FRAMEWORK', { framework: unknown });
    const tenant = tenantIn(name);
    const frameworks = asked.filter(isKnownFramework);

    const earlier = await answeredBefore(assessments, tenant, request, context);
    const question = { scope: context.scope, tenant, frameworks, periodStart, periodEnd };
    const assessment = earlier ?? (await evaluator.evaluate(question));
    if (!earlier) await keepAnswer(assessments, tenant, request, context, assessment);

    context.audit({ resource: assessment.name, details: inWords(assessment) });
    return { assessment: inShort(assessment, maxItemsPerControl || DEFAULT_ITEMS) };
  };
}

const keyOf = (tenant: string, { requestId }: EvaluateComplianceRequest, { principal }: CallContext) => ({
  tenant,
  principal: principal?.subject ?? '',
  requestId: requestId.toLowerCase(),
});

const digestOf = (request: EvaluateComplianceRequest): Buffer =>
  createHash('sha256').update(EvaluateComplianceRequest.encode(request).finish()).digest();

/** REQUEST_ID_REUSED when the id came with a different request. */
async function answeredBefore(
  assessments: AssessmentStore,
  tenant: string,
  request: EvaluateComplianceRequest,
  context: CallContext,
): Promise<ComplianceAssessment | undefined> {
  if (request.requestId === '') return undefined;
  const earlier = await assessments.answered(context.scope, keyOf(tenant, request, context));
  if (!earlier) return undefined;
  if (!earlier.digest.equals(digestOf(request))) throw reason('REQUEST_ID_REUSED', { request_id: request.requestId });
  return assessments.find(context.scope, tenant, earlier.id);
}

async function keepAnswer(
  assessments: AssessmentStore,
  tenant: string,
  request: EvaluateComplianceRequest,
  context: CallContext,
  { name }: ComplianceAssessment,
): Promise<void> {
  if (request.requestId === '') return;
  const id = name.split('/').at(-1) ?? '';
  await assessments.answer(context.scope, keyOf(tenant, request, context), digestOf(request), id);
}

const inWords = ({ summaries, logHead, frameworks }: ComplianceAssessment) => ({
  tree_size: Number(logHead?.treeSize ?? 0n),
  frameworks: frameworks.map(({ name }) => name.split('/').at(-1) ?? '').join(' '),
  satisfied: summaries.reduce((sum, one) => sum + one.satisfiedCount, 0),
  not_satisfied: summaries.reduce((sum, one) => sum + one.notSatisfiedCount, 0),
  not_measurable: summaries.reduce((sum, one) => sum + one.notMeasurableCount, 0),
});
