import { ComplianceFramework, Role } from '@weir/contracts/security';
import { randomUUID } from 'node:crypto';
import { allowAll } from './testing/access-fixture.ts';
import { complianceFixture, NOT_MEASURABLE, SATISFIED, type ComplianceFixture } from './testing/compliance-fixture.ts';
import { refusal, violations } from './testing/refusal.ts';
import { startSecurity, type RunningSecurity } from './testing/start-security.ts';

const { SOC2, GDPR, HIPAA, PCI_DSS } = ComplianceFramework;

let security: RunningSecurity;
beforeAll(async () => (security = await startSecurity()), 60_000);
afterAll(() => security[Symbol.asyncDispose]());

async function governed(...frameworks: ComplianceFramework[]): Promise<ComplianceFixture> {
  const fixture = await complianceFixture(security);
  await fixture.put('open', [allowAll()]);
  for (const framework of frameworks) await fixture.configure(framework);
  return fixture;
}

describe('an assessment', () => {
  it('measures every control of every active framework, and counts how they came out', async () => {
    const fixture = await governed(SOC2, GDPR, HIPAA, PCI_DSS);

    const { results, summaries, frameworks } = await fixture.evaluate();

    expect(frameworks.map(({ framework }) => framework)).toEqual([SOC2, GDPR, HIPAA, PCI_DSS]);
    for (const { framework, satisfiedCount, notSatisfiedCount, notMeasurableCount } of summaries) {
      const own = results.filter((result) => result.framework === framework);
      expect(own.length).toBeGreaterThan(10);
      expect(satisfiedCount + notSatisfiedCount + notMeasurableCount).toBe(own.length);
    }
    const ofPersons = results.filter(({ controlId }) =>
      ['CC1.1', 'Art. 6(1)', '164.310(a)(1)', '9.2.1'].includes(controlId),
    );
    expect(ofPersons.map(({ outcome }) => outcome)).toEqual(Array(4).fill(NOT_MEASURABLE));
    expect(ofPersons[1]?.reason).toBe('LEGITIMATE_INTEREST is declared; whether it holds needs a person.');
    expect(results.filter(({ controlId }) => controlId === 'P4.3')).toEqual([]);
  });

  it('proves every event that it rests on against one signed head', async () => {
    const fixture = await governed(GDPR, PCI_DSS);
    await fixture.check();
    await fixture.logged('access_decision');

    const assessment = await fixture.evaluate();

    const evidence = assessment.results.flatMap((result) => result.evidence);
    expect(evidence.length).toBeGreaterThan(5);
    for (const one of evidence) expect(fixture.prove(assessment, one)).toBe(one.index);
    const access = assessment.results.find(({ controlId }) => controlId === 'Art. 32(1)(b)');
    expect(access).toMatchObject({ outcome: SATISFIED, exceptionCount: 0n });
    expect(access?.evidence.map(({ eventType }) => eventType)).toContain('access_decision');
  });

  it('is the same for the same question at the same head, and another at another head', async () => {
    const fixture = await governed(SOC2);
    const { tenant } = fixture;
    security.audit.leavesReadings = false;
    const [first, second] = await Promise.all([fixture.evaluate(), fixture.evaluate()]);
    security.audit.leavesReadings = true;
    expect(second).toEqual(first);

    await fixture.logged('evaluate_compliance');
    const later = await fixture.evaluate();

    expect(later.name).not.toBe(first.name);
    expect(later.name).toMatch(new RegExp(`^${tenant}/assessments/a[0-9a-f]{32}$`));
  });

  it('is answered again to a repeat with the same request id', async () => {
    const { tenant, compliance, logged } = await governed(SOC2);
    const requestId = randomUUID();
    const first = await compliance().evaluateCompliance({ tenant, requestId });
    await logged('evaluate_compliance');

    expect(await compliance().evaluateCompliance({ tenant, requestId })).toEqual(first);
    const other = compliance().evaluateCompliance({ tenant, requestId, frameworks: [SOC2] });
    expect(await refusal(other)).toBe('REQUEST_ID_REUSED');
  });

  it('is of what is asked for only', async () => {
    const { tenant, compliance } = await governed(SOC2, GDPR);
    const periodEnd = new Date();
    const periodStart = new Date(periodEnd.getTime() - 3_600_000);

    const { assessment } = await compliance().evaluateCompliance({
      tenant,
      frameworks: [GDPR],
      periodStart,
      periodEnd,
    });

    expect(assessment).toMatchObject({ periodStart, periodEnd });
    expect(new Set(assessment?.results.map(({ framework }) => framework))).toEqual(new Set([GDPR]));
  });
});

describe('there is no assessment', () => {
  it('without a framework that acts', async () => {
    const { tenant, compliance, configure } = await complianceFixture(security);
    expect(await refusal(compliance().evaluateCompliance({ tenant }))).toBe('FRAMEWORK_NOT_CONFIGURED');

    await configure(SOC2);
    const other = compliance().evaluateCompliance({ tenant, frameworks: [HIPAA] });
    expect(await refusal(other)).toBe('FRAMEWORK_NOT_CONFIGURED');
    const unknown = compliance().evaluateCompliance({ tenant, frameworks: [9 as ComplianceFramework] });
    expect(await refusal(unknown)).toBe('UNKNOWN_FRAMEWORK');
  });

  it('while audit does not answer', async () => {
    const { tenant, compliance } = await governed(SOC2);
    security.audit.isDown = true;
    const refused = await refusal(compliance().evaluateCompliance({ tenant }));
    security.audit.isDown = false;

    expect(refused).toBe('DEPENDENCY_UNAVAILABLE');
  });

  it('of a log with an event that does not prove', async () => {
    const fixture = await governed(SOC2);
    security.audit.forge = (proof) => ({
      ...proof,
      event: Buffer.concat([proof.event, Buffer.from([0x52, 0x01, 0x78])]),
    });
    const refused = fixture.compliance().evaluateCompliance({ tenant: fixture.tenant });

    await expect(refused).rejects.toMatchObject({
      reason: 'AUDIT_PROOF_INVALID',
      metadata: { index: expect.stringMatching(/^\d+$/) as unknown },
    });
    security.audit.forge = undefined;
    expect((await fixture.evaluate()).results.length).toBeGreaterThan(0);
  });

  it('for another tenant, a viewer, or a period that is none', async () => {
    const { tenant, id, compliance } = await governed(SOC2);
    const thief = await security.tokenFor('globex', `thief-${id}`, Role.DATA_ADMIN);
    const viewer = await security.tokenFor(id, 'viewer', Role.DATA_VIEWER);
    const now = new Date();

    expect(await refusal(compliance(thief).evaluateCompliance({ tenant }))).toBe('FOREIGN_TENANT');
    expect(await refusal(compliance(viewer).evaluateCompliance({ tenant }))).toBe('PERMISSION_MISSING');
    const none = compliance().evaluateCompliance({ tenant, periodStart: now, periodEnd: now, maxItemsPerControl: 11 });
    expect(await violations(none)).toEqual(['max_items_per_control', 'period_end']);
  });
});
