import type { Scope } from '@weir/context';
import { Event } from '@weir/contracts/audit';
import { BreachTrigger, type ComplianceAssessment, type ComplianceControlResult } from '@weir/contracts/security';
import { isReason, reason } from '@weir/errors';
import { setTimeout as wait } from 'node:timers/promises';
import { assessmentId, assessmentName, summariesOf, type AssessmentSubject } from '../domain/compliance/assessment.ts';
import type { Incident } from '../domain/compliance/breach-clock.ts';
import { configMessage, type FrameworkConfig, type TenantFrameworks } from '../domain/compliance/framework-config.ts';
import { frameworkLabel, type KnownFramework } from '../domain/compliance/frameworks.ts';
import { incidentWords } from '../domain/compliance/incidents.ts';
import { requirementsOf } from '../domain/compliance/requirements.ts';
import type { FrameworkStore } from '../store/framework-store.ts';
import type { IncidentWatch } from './incident-watch.ts';
import type { KnownHead, LogHeads } from './log-heads.ts';
import { measureControls, typesOf } from './measure-controls.ts';
import { askAudit, openHead, proveAgainst, provenEvents } from './proven-log.ts';
import { readSystemFacts, switchedOffNow, type SystemFactsParts } from './system-facts.ts';

/** What is asked. */
export interface EvaluationQuestion {
  readonly scope: Scope;
  readonly tenant: string;
  /** Empty: every active one. */
  readonly frameworks: readonly KnownFramework[];
  /** Undefined: 90 days before its end. */
  readonly periodStart: Date | undefined;
  /** Undefined: the time of the log head. */
  readonly periodEnd: Date | undefined;
}

/** What an evaluator works with. */
export interface EvaluatorParts extends SystemFactsParts {
  readonly frameworks: FrameworkStore;
  readonly heads: LogHeads;
  readonly incidents: Pick<IncidentWatch, 'happened'>;
}

/** Measures controls against the log up to one head, and keeps what came of it. */
export interface Evaluator {
  evaluate(question: EvaluationQuestion): Promise<ComplianceAssessment>;
}

/** What is measured, with the head that everything is proven against. */
interface Subject extends AssessmentSubject {
  readonly known: KnownHead;
  readonly asOf: Date;
  /** Undefined: the log is read up to the head. */
  readonly endTime: Date | undefined;
}

const PERIOD_MS = 90 * 86_400_000;
const DELIVERY_MS = 3_000;
const DELIVERY_STEP_MS = 20;

/** An evaluator over the stores and audit. */
export function evaluator(parts: EvaluatorParts): Evaluator {
  async function evaluate(question: EvaluationQuestion): Promise<ComplianceAssessment> {
    const { scope, tenant } = question;
    const configured = await parts.frameworks.find(scope, tenant);
    await ownEventsDelivered(parts);
    const subject = await subjectOf(parts, question, activeConfigs(configured, question.frameworks));
    const id = assessmentId(subject);
    const kept = await parts.assessments.find(scope, tenant, id);
    if (kept) return kept;

    const results = await measure(parts, scope, subject, configured);
    return parts.assessments.put(scope, tenant, id, assessmentOf(id, subject, configured, results));
  }

  return {
    async evaluate(question) {
      try {
        return await evaluate(question);
      } catch (error) {
        if (isReason(error, 'AUDIT_PROOF_INVALID')) await parts.incidents.happened(tampering(question.tenant));
        throw error;
      }
    },
  };
}

/** A log that does not prove may have been tampered with: the clocks start, whatever comes of it. */
const tampering = (tenant: string): Incident => ({
  tenant,
  trigger: BreachTrigger.LOG_TAMPERING,
  description: incidentWords(BreachTrigger.LOG_TAMPERING),
  resources: [`tenants/${tenant}`],
  auditEventIds: [],
  discoveredAt: new Date(),
});

/** What happened here before is in the log before its head is looked at; while audit is slow, it is later. */
async function ownEventsDelivered({ systemFacts }: EvaluatorParts): Promise<void> {
  const last = await systemFacts.lastWaiting();
  if (last === undefined) return;
  for (const end = Date.now() + DELIVERY_MS; Date.now() < end;) {
    if (!(await systemFacts.isWaiting(last))) return;
    await wait(DELIVERY_STEP_MS);
  }
}

async function subjectOf(
  parts: EvaluatorParts,
  question: EvaluationQuestion,
  configs: readonly FrameworkConfig[],
): Promise<Subject> {
  const { tenant } = question;
  const switchedOff = await switchedOffNow(parts);
  const known = await askAudit(tenant, () => parts.heads.look(tenant));
  if (!known) throw reason('DEPENDENCY_UNAVAILABLE', { dependency: 'audit' }, { retryAfterMs: 1_000 });
  const head = openHead(tenant, known);
  const asOf = await timeOf(parts, tenant, known);
  // The period ends just after the last event.
  const periodEnd = question.periodEnd ?? new Date(asOf.getTime() + 1);
  const periodStart = question.periodStart ?? new Date(periodEnd.getTime() - PERIOD_MS);
  const endTime = question.periodEnd;
  return { tenant, configs, periodStart, periodEnd, head, switchedOff, known, asOf, endTime };
}

/** FRAMEWORK_NOT_CONFIGURED unless all that are asked for act, and at least one does. */
function activeConfigs({ tenant, configs }: TenantFrameworks, asked: readonly KnownFramework[]): FrameworkConfig[] {
  const active = configs.filter(({ isActive }) => isActive);
  const missing = asked.filter((framework) => !active.some((config) => config.framework === framework));
  if (missing.length > 0 || active.length === 0) {
    const frameworks = missing.map(frameworkLabel).join(', ') || 'no framework';
    throw reason('FRAMEWORK_NOT_CONFIGURED', { frameworks, tenant: `tenants/${tenant}` });
  }
  return asked.length === 0 ? active : active.filter(({ framework }) => asked.includes(framework));
}

/** When the last event below a head was recorded. An empty log is as of now. */
async function timeOf({ audit }: EvaluatorParts, tenant: string, known: KnownHead): Promise<Date> {
  const { size } = openHead(tenant, known);
  if (size === 0n) return new Date();
  const entry = { $case: 'index', value: size - 1n } as const;
  const request = { tenant: `tenants/${tenant}`, entry, treeSize: size };
  const { proof } = await askAudit(tenant, () => audit.getInclusionProof(request));
  const bytes = proof ? proveAgainst(tenant, known, proof).bytes : Buffer.alloc(0);
  const { recordedAt, time } = Event.decode(bytes);
  return recordedAt ?? time ?? new Date();
}

async function measure(
  parts: EvaluatorParts,
  scope: Scope,
  { tenant, configs, known, asOf, periodStart, endTime, switchedOff }: Subject,
  configured: TenantFrameworks,
): Promise<ComplianceControlResult[]> {
  const { reviewedAt } = configured;
  const reviewDays = new Set(configs.map(({ parameters }) => requirementsOf(parameters).accessReviewDays ?? 90));
  const question = { scope, tenant, head: known, asOf, periodStart, reviewedAt, reviewDays, switchedOff };
  const facts = await readSystemFacts(parts, question);
  if (facts.verdict.problem !== undefined) await parts.incidents.happened(tampering(tenant));
  const since = await parts.frameworks.since(scope, tenant);
  const query = { tenant, head: known, startTime: periodStart, endTime, types: typesOf(configs) };
  return measureControls({ configured, configs, since, facts }, provenEvents(parts.audit, query));
}

const assessmentOf = (
  id: string,
  { tenant, configs, periodStart, periodEnd, head, known }: Subject,
  configured: TenantFrameworks,
  results: ComplianceControlResult[],
): ComplianceAssessment => ({
  name: assessmentName(tenant, id),
  frameworks: configs.map(({ framework }) => configMessage(configured, framework)),
  periodStart,
  periodEnd,
  logHead: { treeSize: head.size, rootHash: Buffer.from(head.root), checkpoint: known.note },
  summaries: summariesOf(
    configs.map(({ framework }) => framework),
    results,
  ),
  results,
  evaluatedAt: new Date(),
});
