import { platformScope } from '@weir/context';
import { Event, Outcome } from '@weir/contracts/audit';
import { Sensitivity } from '@weir/contracts/options';
import {
  type AssessmentExportHeader,
  type AssessmentFormat,
  ComplianceOutcome,
  ComplianceServiceDefinition,
  type ComplianceAssessment,
  type ComplianceControlResult,
  type ComplianceEvidence,
  type ComplianceFramework,
} from '@weir/contracts/security';
import { noteVerifier, verifyProof } from '@weir/merkle';
import { randomUUID } from 'node:crypto';
import { accessFixture, type AccessFixture } from './access-fixture.ts';
import { soon } from './refusal.ts';
import type { RunningSecurity } from './start-security.ts';

/** A tenant of its own with frameworks, whose controls a test turns on and off. */
export interface ComplianceFixture extends AccessFixture {
  compliance(token?: string): ReturnType<typeof clientOf>;
  configure(framework: ComplianceFramework): Promise<void>;
  evaluate(): Promise<ComplianceAssessment>;
  /** How one control comes out now. */
  measure(controlId: string): Promise<ComplianceControlResult>;
  /** Puts an event of another service into the tenant's log. */
  happened(event: Partial<Event>): void;
  /** Puts an event of another service into the platform's log. */
  alarmed(event: Partial<Event>): void;
  /** Waits until an event of this type is in the tenant's log. */
  logged(type: string): Promise<Event>;
  /** Changes something in the database that nobody can change otherwise. */
  sql(
    change: (tx: Parameters<Parameters<RunningSecurity['database']['within']>[1]>[0]) => Promise<unknown>,
  ): Promise<void>;
  /** Verifies evidence as an auditor would; the index of what is proven. */
  prove(assessment: ComplianceAssessment, evidence: ComplianceEvidence): bigint;
  exported(name: string, format: AssessmentFormat, readOffset?: bigint): Promise<Exported>;
}

/** What an export answers. */
export interface Exported {
  readonly mediaType: string;
  readonly sizeBytes: bigint;
  readonly sha256: string;
  readonly bytes: Buffer;
  readonly largest: number;
}

const clientOf = (security: RunningSecurity, token = security.adminToken) =>
  security.client(ComplianceServiceDefinition, token);

/** Makes one. */
export async function complianceFixture(security: RunningSecurity): Promise<ComplianceFixture> {
  const access = await accessFixture(security);
  const { tenant } = access;
  const compliance = (token?: string) => clientOf(security, token);
  const evaluate = async (): Promise<ComplianceAssessment> => {
    const { assessment } = await compliance().evaluateCompliance({ tenant, maxItemsPerControl: 10 });
    if (!assessment) throw new Error('no assessment');
    return assessment;
  };

  return {
    ...access,
    compliance,
    evaluate,
    configure: async (framework) => {
      const before = security.delivered.length;
      await compliance().configureFramework({ tenant, framework });
      await soon(() => security.delivered.slice(before).find(({ type }) => type === 'compliance_configuration'));
    },
    async measure(controlId) {
      const found = (await evaluate()).results.find((result) => result.controlId === controlId);
      if (!found) throw new Error(`no control ${controlId}`);
      return found;
    },
    happened: (event) => security.audit.record([eventOfAgent({ tenant, principal: access.engineer, ...event })]),
    alarmed: (event) => security.audit.record([eventOfAgent({ tenant: 'tenants/platform', ...event })]),
    logged: (type) => soon(() => security.delivered.find((event) => event.tenant === tenant && event.type === type)),
    async sql(change) {
      await security.database.within(platformScope(), change);
    },
    prove(assessment, { index, auditPath, event, leafHash }) {
      const key = noteVerifier(security.audit.verifierKey(tenant));
      const bytes = event.length > 0 ? event : (security.audit.stored(tenant)[Number(index)] ?? Buffer.alloc(0));
      const checkpoint = assessment.logHead?.checkpoint ?? '';
      const proven = verifyProof({ event: bytes, index, auditPath, checkpoint }, [key]);
      if (!leafHash.equals(proven.leafHash)) throw new Error('another leaf hash');
      return proven.index;
    },
    exported: (name, format, readOffset = 0n) => collect(compliance(), name, format, readOffset),
  };
}

const eventOfAgent = (event: Partial<Event>): Event =>
  Event.fromPartial({
    id: randomUUID(),
    time: new Date(),
    service: 'agent',
    sensitivity: Sensitivity.MEDIUM,
    outcome: Outcome.SUCCEEDED,
    ...event,
  } as Event);

async function collect(
  compliance: ReturnType<typeof clientOf>,
  name: string,
  format: AssessmentFormat,
  readOffset: bigint,
): Promise<Exported> {
  const chunks: Buffer[] = [];
  let header: AssessmentExportHeader = { mediaType: '', sizeBytes: 0n, sha256: Buffer.alloc(0) };
  for await (const { part } of compliance.exportAssessment({ name, format, readOffset })) {
    if (part?.$case === 'header') header = part.value;
    if (part?.$case === 'data') chunks.push(part.value);
  }
  const largest = Math.max(0, ...chunks.map(({ length }) => length));
  return { ...header, sha256: header.sha256.toString('hex'), bytes: Buffer.concat(chunks), largest };
}

/** What is right, and what is not. */
export const { SATISFIED, NOT_SATISFIED, NOT_MEASURABLE } = ComplianceOutcome;
