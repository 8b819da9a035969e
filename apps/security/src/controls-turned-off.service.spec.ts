import { Sensitivity } from '@weir/contracts/options';
import {
  AccessServiceDefinition,
  ComplianceFramework,
  CryptoServiceDefinition,
  type ComplianceOutcome,
} from '@weir/contracts/security';
import { setTimeout as wait } from 'node:timers/promises';
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

const { SOC2, HIPAA, PCI_DSS } = ComplianceFramework;
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

  it('nobody is obliged to encrypt any more: DATA_ENCRYPTION is off', async () => {
    const { measure, happened } = await governed(PCI_DSS);
    happened({ type: 'upload_dataset', details: { encrypted: true } });
    expect(await measure('3.5.1')).toMatchObject({ outcome: SATISFIED });

    security.waived.encryption = true;
    const off = await measure('3.5.1');
    security.waived.encryption = false;

    expect(off).toMatchObject({
      outcome: NOT_SATISFIED,
      reason: 'DATA_ENCRYPTION is off.',
      exceptions: [{ resource: 'DATA_ENCRYPTION' }],
    });
    expect(await measure('3.5.1')).toMatchObject({ outcome: SATISFIED });
  });

  it('nobody is obliged to look for personal data any more: PII_DETECTION is off', async () => {
    const { measure } = await governed(HIPAA);
    expect(await measure('164.514(a)')).toMatchObject({ outcome: NOT_MEASURABLE });

    security.waived.piiDetection = true;
    const off = await measure('164.514(a)');
    security.waived.piiDetection = false;

    expect(off).toMatchObject({ outcome: NOT_SATISFIED, reason: 'PII_DETECTION is off.' });
  });

  it.each([
    ['agent', 'CC7.3'],
    ['agent', 'PI1.3'],
    ['registry', 'CC7.3'],
    ['deployment', 'CC7.3'],
    ['audit', 'CC7.3'],
    ['security', 'CC7.3'],
  ])('%s leaves no events any more, which breaks %s until it does again', async (service, control) => {
    const { alarmed, evaluate } = await governed(SOC2);
    const becomes = async (outcome: ComplianceOutcome) => {
      for (;;) {
        const result = (await evaluate()).results.find(({ controlId }) => controlId === control);
        if (result?.outcome === outcome) return result;
        await wait(20);
      }
    };
    const before = control === 'PI1.3' ? NOT_MEASURABLE : SATISFIED;
    await becomes(before);

    alarmed({ type: 'audit_logging_off', service });
    expect(await becomes(NOT_SATISFIED)).toMatchObject({ reason: `AUDIT_LOGGING of ${service} is off.` });

    alarmed({ type: 'audit_logging_on', service });
    await becomes(before);
  });

  it('a service that other machines reach answers without TLS', async () => {
    const { measure } = await governed(SOC2);
    const port = { service: 'agent', address: '10.0.0.4:7004', isLoopback: false, inClear: 'refused' } as const;
    security.transports.push(port);
    expect(await measure('CC6.7')).toMatchObject({ outcome: SATISFIED });

    security.transports.splice(0, 1, { ...port, inClear: 'answered' });
    const open = await measure('CC6.7');
    security.transports.length = 0;

    expect(open).toMatchObject({
      outcome: NOT_SATISFIED,
      exceptions: [{ resource: 'agent', description: 'agent at 10.0.0.4:7004 answers without TLS' }],
    });
  });
});
