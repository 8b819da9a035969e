import { setTimeout as wait } from 'node:timers/promises';
import { logVerdict } from '@weir/client';
import { DatasetServiceDefinition, type UploadDatasetRequest } from '@weir/contracts/agent';
import { AuditServiceDefinition } from '@weir/contracts/audit';
import type { DeepPartial } from '@weir/contracts';
import { Permission } from '@weir/contracts/options';
import { DeploymentServiceDefinition } from '@weir/contracts/deployment';
import { DataFormat, TenantServiceDefinition } from '@weir/contracts/registry';
import {
  AccessEffect,
  AccessServiceDefinition,
  AssessmentFormat,
  BreachTrigger,
  ComplianceFramework,
  ComplianceOutcome,
  ComplianceServiceDefinition,
  CryptoServiceDefinition,
  Role,
  type ComplianceAssessment,
} from '@weir/contracts/security';
import { noteVerifier, parseProofFile, verifyProof } from '@weir/merkle';
import { administrator, sharedMesh, tenantWith, type Actor } from './setup/story.ts';

const ID = 'story-compliance';
const tenant = `tenants/${ID}`;
const policy = `${tenant}/policies/open`;
const { SATISFIED, NOT_SATISFIED } = ComplianceOutcome;

/** More than 1,000,000 bytes. */
const rows = Array.from({ length: 60_000 }, (_, at) => `{"row":${at},"note":"of a flight"}`).join('\n');

async function* upload(datasetId: string): AsyncGenerator<DeepPartial<UploadDatasetRequest>> {
  const target = { datasetId, displayName: datasetId, format: DataFormat.NDJSON, classification: 2 } as const;
  const metadata = { target, sizeBytes: BigInt(rows.length) };
  yield { parent: tenant, payload: { $case: 'metadata', value: metadata } };
  for (let at = 0; at < rows.length; at += 60_000) {
    yield { payload: { $case: 'chunk', value: Buffer.from(rows.slice(at, at + 60_000)) } };
  }
}

describe('compliance', () => {
  const mesh = sharedMesh();
  let admin: Actor;
  let owner: Actor;

  beforeAll(async () => {
    admin = administrator(mesh);
    owner = await tenantWith(admin, mesh, ID, Role.DATA_ADMIN);
    await owner.client(AccessServiceDefinition).putPolicy({
      policy: {
        name: policy,
        displayName: 'Open',
        accessControls: [
          {
            id: 'everything',
            effect: AccessEffect.ALLOW,
            principals: ['*'],
            permissions: [Permission.READ, Permission.WRITE],
            operations: ['*'],
            resources: ['*'],
          },
        ],
      },
    });
  });

  afterAll(async () => {
    for (const actor of [owner, admin]) await actor[Symbol.asyncDispose]();
  });

  const compliance = () => owner.client(ComplianceServiceDefinition);
  const audit = () => owner.client(AuditServiceDefinition);
  const evaluate = async (): Promise<ComplianceAssessment> => {
    const { assessment } = await compliance().evaluateCompliance({ tenant });
    if (!assessment) throw new Error('no assessment');
    return assessment;
  };
  const outcomeOf = ({ results }: ComplianceAssessment, control: string) => {
    const found = results.find(({ controlId }) => controlId === control);
    return [found?.outcome, found?.reason];
  };
  const eventOf = async (type: string) => {
    for (let tries = 0; tries < 600; tries += 1) {
      const { events } = await audit().queryEvents({ tenant, filter: { types: [type] }, pageSize: 1 });
      if (events[0]?.event) return events[0].event;
      await wait(50);
    }
    throw new Error(`no event ${type}`);
  };
  const verifier = async () => noteVerifier((await audit().getCheckpoint({ tenant })).verifierKey);

  it('is configured, and obliges from the answer on', async () => {
    for (const framework of [ComplianceFramework.GDPR, ComplianceFramework.PCI_DSS]) {
      await compliance().configureFramework({ tenant, framework });
    }

    const question = {
      principal: owner.name,
      permission: Permission.READ,
      operation: 'read',
      resource: `${tenant}/datasets/x`,
    };
    const { decision } = await owner.client(AccessServiceDefinition).checkAccess({ tenant, question });

    expect(decision?.obligations.map(({ kind, sources }) => [kind?.$case, sources])).toEqual([
      ['encrypt', ['GDPR', 'PCI_DSS']],
      ['anonymize', ['GDPR', 'PCI_DSS']],
      ['retain', ['GDPR', 'PCI_DSS']],
    ]);
  });

  it('reaches audit as the least that it keeps', async () => {
    const appliedAt = async () =>
      (await compliance().listFrameworks({ tenant, activeOnly: true })).frameworks.map((one) => one.retentionAppliedAt);
    while ((await appliedAt()).some((time) => time === undefined)) await wait(50);

    const kept = await audit().putRetention({ tenant, retention: { rules: [{ sensitivity: 3, days: 30 }] } });

    expect(kept.retention?.minimums.map(({ days }) => days)).toEqual([366, 366, 366, 366]);
  });

  it('has what is stored encrypted, and flagged in the log', async () => {
    const { dataset } = await owner.client(DatasetServiceDefinition).uploadDataset(upload('flights'));

    expect(dataset?.keyVersion).not.toBe('');
    expect(await eventOf('upload_dataset')).toMatchObject({
      complianceFlags: ['large_dataset'],
      policyRevision: 3n,
      details: { encrypted: true },
    });
  });

  it('is satisfied where it was measured, and every event it rests on proves offline', async () => {
    const assessment = await evaluate();
    const controls = [
      'Art. 5(1)(f)',
      'Art. 5(2)',
      'Art. 32(1)(a)',
      'Art. 32(1)(b)',
      'Art. 32(2)',
      '7.2.1',
      '10.3.4',
      '10.5.1',
    ];
    for (const control of controls)
      expect([control, ...outcomeOf(assessment, control)]).toEqual([control, SATISFIED, expect.stringMatching(/^All/)]);
    expect(outcomeOf(assessment, 'Art. 6(1)')[0]).toBe(ComplianceOutcome.NOT_MEASURABLE);

    const chunks: Buffer[] = [];
    for await (const { part } of compliance().exportAssessment({
      name: assessment.name,
      format: AssessmentFormat.OSCAL,
    })) {
      if (part?.$case === 'data') chunks.push(part.value);
    }
    const exported = JSON.parse(Buffer.concat(chunks).toString()) as {
      'assessment-results': { 'back-matter': { resources: { base64?: { value: string } }[] } };
    };
    const key = await verifier();
    const proven = exported['assessment-results']['back-matter'].resources.flatMap(({ base64 }) =>
      base64
        ? parseProofFile(Buffer.from(base64.value, 'base64').toString()).map(({ proof }) => verifyProof(proof, [key]))
        : [],
    );
    expect(proven.length).toBeGreaterThan(5);
  });

  it('says within a minute that a control was turned off', async () => {
    await owner.client(AccessServiceDefinition).deletePolicy({ name: policy });

    const assessment = await evaluate();

    expect(outcomeOf(assessment, '7.2.1')[0]).toBe(NOT_SATISFIED);
    expect(outcomeOf(assessment, 'Art. 32(1)(b)')[0]).toBe(NOT_SATISFIED);
    expect(outcomeOf(assessment, '10.2.1.3')).toEqual([SATISFIED, expect.stringMatching(/^All 1 /)]);
  });

  it('erases a person: what was theirs is unreadable, and the receipt proves', async () => {
    const crypto = owner.client(CryptoServiceDefinition);
    const name = `${tenant}/keys/default`;
    const context = { purpose: 'audit-details', subject: 'passenger-7' };
    const { ciphertext } = await crypto.encrypt({ name, plaintext: Buffer.from('seat 12A'), context });

    const { receipt } = await compliance().eraseSubject({
      tenant,
      subject: context.subject,
      reason: 'asked to be forgotten',
    });

    // The seat, and what the event of its encryption says about the passenger, sealed because GDPR demands it.
    expect(receipt).toMatchObject({ destroyedKeyCount: 1, ciphertextCount: 2n });
    await expect(crypto.decrypt({ name, ciphertext, context })).rejects.toMatchObject({ reason: 'DECRYPTION_FAILED' });
    const event = await eventOf('erase_subject');
    expect(event.id).toBe(receipt?.auditEventId);
    const entry = { $case: 'eventId', value: event.id } as const;
    const { proof } = await audit().getInclusionProof({ tenant, entry });
    expect(proof && verifyProof(proof, [await verifier()]).index).toBe(proof?.index);
    expect(outcomeOf(await evaluate(), 'Art. 17(1)')[0]).toBe(SATISFIED);
    expect((await logVerdict(audit().verifyLog({ tenant }))).verdict.$case).toBe('consistent');
  });

  it('starts the clocks of a breach when others reach for the tenant, at whichever service', async () => {
    await using stranger = await tenantWith(admin, mesh, 'story-stranger', Role.DATA_ADMIN);
    const tries = [
      () => stranger.client(DatasetServiceDefinition).listDatasets({ parent: tenant }),
      () => stranger.client(AuditServiceDefinition).queryEvents({ tenant }),
      () => stranger.client(TenantServiceDefinition).getTenant({ name: tenant }),
      () => stranger.client(DeploymentServiceDefinition).listDeployments({ parent: tenant }),
    ];
    for (let time = 0; time < 20; time += 1) {
      await expect(tries[time % tries.length]?.()).rejects.toMatchObject({ reason: 'FOREIGN_TENANT' });
    }

    for (;;) {
      const { clocks } = await compliance().listBreachClocks({ tenant });
      if (clocks.some(({ trigger }) => trigger === BreachTrigger.FOREIGN_ACCESS)) return;
      await wait(50);
    }
  });
});
