import {
  ComplianceOutcome,
  type ComplianceAssessment,
  type ComplianceControlResult,
  type ComplianceEvidence,
  type ComplianceSummary,
} from '@weir/contracts/security';
import { createHash } from 'node:crypto';
import type { Control } from './controls/control.ts';
import type { SwitchedOff } from './measures/basis.ts';
import type { FrameworkConfig } from './framework-config.ts';
import { frameworkLabel, type KnownFramework } from './frameworks.ts';
import type { ExceptionFound, Finding, ProvenLogEvent } from './measures/measure.ts';

/** What an assessment is of: the same question at the same head is the same assessment. */
export interface AssessmentSubject {
  readonly tenant: string;
  readonly configs: readonly FrameworkConfig[];
  readonly periodStart: Date;
  readonly periodEnd: Date;
  readonly head: { readonly size: bigint; readonly root: Uint8Array };
  /** What is turned off leaves no event in the tenant's log: it is part of the question. */
  readonly switchedOff: SwitchedOff;
}

const ID_DIGITS = 32;

/** The id of the assessment of a subject. */
export function assessmentId(subject: AssessmentSubject): string {
  const { tenant, configs, periodStart, periodEnd, head, switchedOff } = subject;
  const question = {
    tenant,
    frameworks: configs.map(({ framework, revision }) => [frameworkLabel(framework), String(revision)]),
    period: [periodStart.toISOString(), periodEnd.toISOString()],
    head: [String(head.size), Buffer.from(head.root).toString('hex')],
    off: [switchedOff.encryption, switchedOff.piiDetection, switchedOff.silenced.map(({ service }) => service)],
  };
  const digest = createHash('sha256').update(JSON.stringify(question)).digest('hex');
  return `a${digest.slice(0, ID_DIGITS)}`;
}

/** "tenants/acme/assessments/a0b1…" */
export const assessmentName = (tenant: string, id: string): string => `tenants/${tenant}/assessments/${id}`;

const OUTCOMES: Readonly<Record<Finding['outcome'], ComplianceOutcome>> = {
  satisfied: ComplianceOutcome.SATISFIED,
  'not satisfied': ComplianceOutcome.NOT_SATISFIED,
  'not measurable': ComplianceOutcome.NOT_MEASURABLE,
};

/** How a control came out, with everything that is kept. */
export const controlResult = (
  framework: KnownFramework,
  { id, title }: Control,
  finding: Finding,
): ComplianceControlResult => ({
  framework,
  controlId: id,
  title,
  outcome: OUTCOMES[finding.outcome],
  reason: finding.reason,
  populationDescription: finding.populationDescription,
  population: finding.population,
  examined: finding.examined,
  exceptionCount: finding.exceptionCount,
  exceptions: finding.exceptions.map(exceptionMessage),
  measurements: [...finding.measurements],
  evidence: finding.evidence.map(evidenceMessage),
});

const exceptionMessage = ({ resource, description, occurredAt, shownBy }: ExceptionFound) => ({
  resource,
  description,
  occurredAt,
  evidence: shownBy && evidenceMessage(shownBy),
});

const evidenceMessage = ({ event, bytes, index, leafHash, auditPath }: ProvenLogEvent): ComplianceEvidence => ({
  name: `${event.tenant}/events/${event.id}`,
  eventType: event.type,
  eventTime: event.time,
  index,
  leafHash,
  auditPath: [...auditPath],
  event: bytes,
});

/** How many controls came out how, by framework. */
export function summariesOf(
  frameworks: readonly KnownFramework[],
  results: readonly ComplianceControlResult[],
): ComplianceSummary[] {
  return frameworks.map((framework) => {
    const own = results.filter((result) => result.framework === framework);
    const count = (outcome: ComplianceOutcome): number => own.filter((result) => result.outcome === outcome).length;
    return {
      framework,
      satisfiedCount: count(ComplianceOutcome.SATISFIED),
      notSatisfiedCount: count(ComplianceOutcome.NOT_SATISFIED),
      notMeasurableCount: count(ComplianceOutcome.NOT_MEASURABLE),
    };
  });
}

/** An assessment as an answer: so many items for each control, without the bytes of events. */
export const inShort = (assessment: ComplianceAssessment, items: number): ComplianceAssessment => ({
  ...assessment,
  results: assessment.results.map((result) => ({
    ...result,
    exceptions: result.exceptions
      .slice(0, items)
      .map((one) => ({ ...one, evidence: one.evidence && withoutEvent(one.evidence) })),
    evidence: result.evidence.slice(-items).map(withoutEvent),
  })),
});

const withoutEvent = (evidence: ComplianceEvidence): ComplianceEvidence => ({ ...evidence, event: Buffer.alloc(0) });
