import { Outcome } from '@weir/contracts/audit';
import { Sensitivity } from '@weir/contracts/options';
import { AccessServiceDefinition, ComplianceFramework, CryptoServiceDefinition } from '@weir/contracts/security';
import { allowAll } from './testing/access-fixture.ts';
import {
  complianceFixture,
  NOT_MEASURABLE,
  NOT_SATISFIED,
  SATISFIED,
  type ComplianceFixture,
} from './testing/compliance-fixture.ts';
import { soon } from './testing/refusal.ts';
import { startSecurity, type RunningSecurity } from './testing/start-security.ts';

const { SOC2, GDPR, HIPAA, PCI_DSS } = ComplianceFramework;
const DAY_MS = 86_400_000;

let security: RunningSecurity;
beforeAll(async () => (security = await startSecurity()), 60_000);
afterAll(() => security[Symbol.asyncDispose]());

async function governed(framework: ComplianceFramework): Promise<ComplianceFixture> {
  const fixture = await complianceFixture(security);
  await fixture.put('open', [allowAll()]);
  await fixture.configure(framework);
  return fixture;
}

const ago = (days: number): Date => new Date(Date.now() - days * DAY_MS);

describe('a control that is turned off shows in the next assessment:', () => {
  it('the policies are deleted', async () => {
    const { measure, access, tenant } = await governed(PCI_DSS);
    expect(await measure('7.2.1')).toMatchObject({ outcome: SATISFIED });

    await access().deletePolicy({ name: `${tenant}/policies/open` });

    expect(await measure('7.2.1')).toMatchObject({
      outcome: NOT_SATISFIED,
      exceptions: [{ description: 'no policy defines who may do what' }],
    });
  });

  it('a run goes past the policies', async () => {
    const { measure, happened, tenant, prove, evaluate } = await governed(SOC2);
    const run = { type: 'data_processing_request', resource: `${tenant}/jobs/j-1` };
    happened({ ...run, policyRevision: 2n });
    expect(await measure('CC6.1')).toMatchObject({ outcome: SATISFIED, population: 2n });

    happened(run);

    const assessment = await evaluate();
    const result = assessment.results.find(({ controlId }) => controlId === 'CC6.1');
    expect(result).toMatchObject({ outcome: NOT_SATISFIED, population: 3n, exceptionCount: 1n });
    const evidence = result?.exceptions[0]?.evidence;
    expect(evidence && prove(assessment, evidence)).toBe(evidence?.index);
  });

  it('the audit log is kept for a shorter time', async () => {
    const { measure, tenant } = await governed(HIPAA);
    await soon(() => (security.audit.retention(tenant).minimums.length > 0 ? true : undefined));
    security.audit.putRules(tenant, [{ sensitivity: Sensitivity.HIGH, days: 30 }]);
    expect(await measure('164.316(b)(2)(i)')).toMatchObject({
      outcome: SATISFIED,
      measurements: [{ metric: 'days_kept_high', value: 2196 }],
    });

    security.audit.retention(tenant).minimums = [];

    expect(await measure('164.316(b)(2)(i)')).toMatchObject({ outcome: NOT_SATISFIED, exceptionCount: 1n });
  });

  it('events are removed before their time', async () => {
    const { measure, happened, tenant } = await governed(SOC2);
    const certificate = { note: '', firstIndex: 3n, endIndex: 9n, roots: [], firstTime: ago(20), lastTime: ago(10) };
    happened({
      type: 'retention_applied',
      resource: tenant,
      retentionCertificate: { ...certificate, removedAt: ago(1) },
    });

    expect(await measure('CC2.1')).toMatchObject({
      outcome: NOT_SATISFIED,
      exceptions: [{ description: 'events 3 to 9 were removed after 9 days' }],
    });
  });

  it('access rights are not reviewed', async () => {
    const { measure, sql, tenant, id } = await governed(SOC2);
    expect(await measure('CC6.3')).toMatchObject({ outcome: NOT_MEASURABLE });
    await security.client(AccessServiceDefinition, security.adminToken).listStaleGrants({ tenant });
    expect(await measure('CC6.3')).toMatchObject({ outcome: SATISFIED });

    await sql((tx) =>
      tx
        .updateTable('compliance_tenants')
        .set({ reviewed_at: ago(91) })
        .where('tenant', '=', id)
        .execute(),
    );

    expect(await measure('CC6.3')).toMatchObject({ outcome: NOT_SATISFIED, exceptionCount: 1n });
  });

  it('a right that has expired stays', async () => {
    const { measure, put } = await governed(SOC2);
    expect(await measure('CC6.2')).toMatchObject({ outcome: SATISFIED });

    await put('old', [allowAll({ expiresAt: ago(1) })]);

    expect(await measure('CC6.2')).toMatchObject({ outcome: NOT_SATISFIED, exceptionCount: 1n });
  });

  it('a key is not rotated', async () => {
    const { measure, sql, tenant, id } = await governed(PCI_DSS);
    const crypto = security.client(CryptoServiceDefinition, security.adminToken);
    await crypto.createKey({ tenant, keyId: 'cards', key: { displayName: 'Cards' } });
    expect(await measure('3.7.4')).toMatchObject({ outcome: SATISFIED, population: 1n });

    await sql((tx) =>
      tx
        .updateTable('crypto_key_versions')
        .set({ created_at: ago(400) })
        .where('tenant', '=', id)
        .execute(),
    );

    expect(await measure('3.7.4')).toMatchObject({
      outcome: NOT_SATISFIED,
      exceptions: [{ resource: `${tenant}/keys/cards` }],
      measurements: [{ metric: 'oldest_primary_key_version_age', expected: '<= 365' }],
    });
    await crypto.rotateKey({ name: `${tenant}/keys/cards` });
    expect(await measure('3.7.4')).toMatchObject({ outcome: SATISFIED });
  });

  it('a port answers in clear to other machines', async () => {
    const { measure } = await governed(PCI_DSS);
    const port = { service: 'audit', address: '10.0.0.7:7003', isLoopback: false } as const;
    security.transports.push(
      { ...port, inClear: 'refused' },
      { service: 'registry', address: '127.0.0.1:7001', isLoopback: true, inClear: 'answered' },
    );
    expect(await measure('4.2.1')).toMatchObject({ outcome: SATISFIED, population: 2n });

    security.transports.push({ ...port, inClear: 'answered' });

    expect(await measure('4.2.1')).toMatchObject({ outcome: NOT_SATISFIED, exceptionCount: 1n });
    security.transports.length = 0;
  });

  it('a dataset is stored without encryption', async () => {
    const { measure, happened, tenant } = await governed(GDPR);
    const upload = {
      type: 'upload_dataset',
      dataset: `${tenant}/datasets/people`,
      resource: `${tenant}/datasets/people`,
    };
    happened({ ...upload, details: { encrypted: true } });
    expect(await measure('Art. 32(1)(a)')).toMatchObject({ outcome: SATISFIED, population: 1n });

    happened(upload);

    expect(await measure('Art. 32(1)(a)')).toMatchObject({
      outcome: NOT_SATISFIED,
      population: 2n,
      exceptionCount: 1n,
    });
  });

  it('personal data is found and not anonymised', async () => {
    const { measure, happened } = await governed(PCI_DSS);
    const run = { type: 'data_processing_request', policyRevision: 2n };
    happened({ ...run, complianceFlags: ['pii_detected', 'pii_anonymized'] });
    expect(await measure('3.4.1')).toMatchObject({ outcome: SATISFIED, population: 1n });

    happened({ ...run, complianceFlags: ['pii_detected'] });

    expect(await measure('3.4.1')).toMatchObject({ outcome: NOT_SATISFIED, exceptionCount: 1n });
  });

  it('personal data outlives its time', async () => {
    const { measure, happened, tenant, compliance } = await governed(GDPR);
    const resource = `${tenant}/datasets/old`;
    const parameters = { framework: { $case: 'gdpr', value: { retentionDays: 30 } } } as const;
    await compliance().configureFramework({ tenant, framework: GDPR, parameters });
    happened({ type: 'upload_dataset', dataset: resource, resource, time: ago(31) });
    expect(await measure('Art. 5(1)(e)')).toMatchObject({ outcome: NOT_SATISFIED, exceptions: [{ resource }] });

    happened({ type: 'delete_dataset', dataset: resource, resource });

    expect(await measure('Art. 5(1)(e)')).toMatchObject({ outcome: SATISFIED });
  });

  it('the log does not verify', async () => {
    const { measure, tenant } = await governed(PCI_DSS);
    expect(await measure('10.3.4')).toMatchObject({ outcome: SATISFIED });
    security.audit.fault = { tenant, firstBadIndex: 1n };
    const broken = await measure('10.3.4');
    security.audit.fault = undefined;

    expect(broken).toMatchObject({
      outcome: NOT_SATISFIED,
      exceptions: [{ description: 'VerifyLog: first bad index 1, edited' }],
    });
  });

  it('a reading of the log leaves no event', async () => {
    const { measure, sql, id } = await governed(PCI_DSS);
    expect(await measure('10.2.1.3')).toMatchObject({ outcome: NOT_MEASURABLE });

    expect(await measure('10.2.1.3')).toMatchObject({ outcome: SATISFIED });
    await sql((tx) =>
      tx
        .updateTable('assessments')
        .set({ evaluated_at: ago(2) })
        .where('tenant', '=', id)
        .execute(),
    );

    expect(await measure('10.2.1.3')).toMatchObject({ outcome: NOT_SATISFIED });
  });

  it('an event does not say who did it', async () => {
    const { measure, happened } = await governed(SOC2);
    expect(await measure('CC7.3')).toMatchObject({ outcome: SATISFIED });

    happened({ type: 'put_policy', principal: '', resource: 'x' });

    expect(await measure('CC7.3')).toMatchObject({ outcome: NOT_SATISFIED, exceptionCount: 1n });
  });

  it('the platform fails runs that it accepted', async () => {
    const { measure, happened } = await governed(SOC2);
    const run = { type: 'data_processing_request', outcome: Outcome.FAILED, policyRevision: 2n };
    happened({ ...run, errorReason: 'QUALITY_GATE_CLOSED' });
    expect(await measure('A1.2')).toMatchObject({ outcome: SATISFIED, population: 1n });

    happened({ ...run, errorReason: 'WORKER_CRASHED' });

    expect(await measure('A1.2')).toMatchObject({ outcome: NOT_SATISFIED, exceptionCount: 1n });
  });
});
