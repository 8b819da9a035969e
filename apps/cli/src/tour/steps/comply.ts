import { randomUUID } from 'node:crypto';
import { Permission } from '@weir/contracts/options';
import { Clearance, Environment, Tier } from '@weir/contracts/registry';
import {
  AccessEffect,
  AssessmentFormat,
  ComplianceFramework,
  ComplianceOutcome,
  Role,
  type ComplianceAssessment,
} from '@weir/contracts/security';
import { isReason } from '@weir/errors';
import { noteVerifier, parseProofFile, verifyProof } from '@weir/merkle';
import { receiveExport } from '../../commands/receive-export.ts';
import { refusalOf } from '../problem.ts';
import type { Report, Step, Tour } from '../step.ts';
import { ensureTenant } from '../tenants.ts';

const TENANT = 'tenants/clinic';
const POLICY = `${TENANT}/policies/staff`;
const DAY_MS = 86_400_000;
/** Access ends with the need for it. */
const CONTROL = '164.308(a)(3)(ii)(C)';
const TIMEOUT_MS = 60_000;

/** A tenant under GDPR and HIPAA: what they demand is measured and proven, and a person is forgotten. */
export const comply: Step = {
  title: 'Measure GDPR and HIPAA, and forget a person',

  async run(tour, report) {
    const { admin } = tour;
    await ensureTenant(tour, 'clinic', CLINIC);
    await admin.access.putPolicy({ policy: policyOf([NURSES, LEAVER]) });
    for (const framework of [ComplianceFramework.GDPR, ComplianceFramework.HIPAA]) {
      await admin.compliance.configureFramework({ tenant: TENANT, framework });
    }

    const before = await evaluate(tour);
    const broken = before.results.find(({ controlId }) => controlId === CONTROL);
    report.check(
      broken?.outcome === ComplianceOutcome.NOT_SATISFIED,
      `HIPAA ${CONTROL} is not satisfied: ${broken?.exceptions[0]?.description}`,
    );
    await admin.access.putPolicy({ policy: policyOf([NURSES]) });
    const after = await evaluate(tour);
    const mended = after.results.find(({ controlId }) => controlId === CONTROL);
    report.check(mended?.outcome === ComplianceOutcome.SATISFIED, 'with the right taken away it is');
    report.tell(summaryOf(after));

    await proveOffline(tour, report, after.name);
    await forget(tour, report);
  },
};

const control = { permissions: [Permission.READ], operations: ['*'], resources: ['*'], effect: AccessEffect.ALLOW };
const NURSES = { ...control, id: 'nurses', roles: [Role.DATA_VIEWER] };
/** A right that has ended and was never taken away. */
const LEAVER = {
  ...control,
  id: 'left-last-week',
  principals: [`${TENANT}/principals/leaver`],
  expiresAt: new Date(Date.now() - 7 * DAY_MS),
};

const policyOf = (accessControls: readonly (typeof NURSES | typeof LEAVER)[]) => ({
  name: POLICY,
  displayName: 'Staff',
  accessControls: [...accessControls],
});

const CLINIC = {
  displayName: 'Clinic',
  tier: Tier.BASIC,
  allowedEnvironments: [Environment.PRODUCTION],
  clearanceCeiling: Clearance.RESTRICTED,
};

async function evaluate({ admin }: Tour): Promise<ComplianceAssessment> {
  const { assessment } = await admin.compliance.evaluateCompliance({ tenant: TENANT }, { timeoutMs: TIMEOUT_MS });
  if (!assessment) throw new Error('security gave no assessment');
  return assessment;
}

function summaryOf({ results }: ComplianceAssessment): string {
  const count = (outcome: ComplianceOutcome): number => results.filter((one) => one.outcome === outcome).length;
  const { SATISFIED, NOT_SATISFIED, NOT_MEASURABLE } = ComplianceOutcome;
  return `of ${results.length} controls ${count(SATISFIED)} are satisfied, ${count(NOT_SATISFIED)} are not, ${count(NOT_MEASURABLE)} need a person or events`;
}

/** What an auditor does with an export, without the mesh: every event it rests on is proven by the log's key alone. */
async function proveOffline({ admin }: Tour, { check }: Report, name: string): Promise<void> {
  const bytes = await receiveExport(
    admin.compliance.exportAssessment({ name, format: AssessmentFormat.OSCAL }, { timeoutMs: TIMEOUT_MS }),
  );
  const document = JSON.parse(bytes.toString()) as OscalResults;
  const key = noteVerifier((await admin.audit.getCheckpoint({ tenant: TENANT })).verifierKey);
  const proven = document['assessment-results']['back-matter'].resources
    .flatMap(({ base64 }) => (base64 ? parseProofFile(Buffer.from(base64.value, 'base64').toString()) : []))
    .map(({ proof }) => verifyProof(proof, [key]));
  check(proven.length > 0, `the OSCAL export rests on ${proven.length} events, each proven offline`);
}

interface OscalResults {
  readonly 'assessment-results': {
    readonly 'back-matter': { readonly resources: readonly { readonly base64?: { readonly value: string } }[] };
  };
}

async function forget({ admin }: Tour, { check }: Report): Promise<void> {
  const name = `${TENANT}/keys/default`;
  const subject = `patient-${randomUUID().slice(0, 8)}`;
  const context = { purpose: 'notes', subject };
  const { ciphertext } = await admin.crypto.encrypt({ name, plaintext: Buffer.from('seen in ward 7'), context });
  const { receipt } = await admin.compliance.eraseSubject({ tenant: TENANT, subject, reason: 'asked to be forgotten' });
  const refusal = await refusalOf(admin.crypto.decrypt({ name, ciphertext, context }));
  check(
    isReason(refusal, 'DECRYPTION_FAILED') && (receipt?.ciphertextCount ?? 0n) > 0n,
    `a person is forgotten: ${receipt?.ciphertextCount} ciphertexts, what the log said of them included, are unreadable for good; event ${receipt?.auditEventId} says so`,
  );
}
