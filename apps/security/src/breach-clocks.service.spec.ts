import { BreachClockState, BreachTrigger, ComplianceFramework, Role } from '@weir/contracts/security';
import { clocksFor } from './domain/compliance/breach-clock.ts';
import { tenantScope } from '@weir/context';
import { complianceFixture, NOT_SATISFIED, SATISFIED, type ComplianceFixture } from './testing/compliance-fixture.ts';
import { refusal, violations } from './testing/refusal.ts';
import { startSecurity, type RunningSecurity } from './testing/start-security.ts';

const { SOC2, GDPR, HIPAA, PCI_DSS } = ComplianceFramework;
const { RUNNING, OVERDUE, NOTIFIED, DISMISSED } = BreachClockState;
const HOUR_MS = 3_600_000;

let security: RunningSecurity;
beforeAll(async () => (security = await startSecurity()), 60_000);
afterAll(() => security[Symbol.asyncDispose]());

/** Lets something happen to a tenant that may be a breach. */
async function incident(
  { id }: ComplianceFixture,
  discoveredAt: Date,
  trigger: BreachTrigger = BreachTrigger.TOKEN_ABUSE,
) {
  const scope = tenantScope(id);
  const { configs } = await security.parts.frameworks.find(scope, id);
  const clocks = clocksFor(configs, discoveredAt);
  const words = { description: 'a revoked token was used', resources: [], auditEventIds: [] };
  return security.compliance.clocks.start(scope, { tenant: id, trigger, ...words, discoveredAt, clocks });
}

async function configured(...frameworks: ComplianceFramework[]): Promise<ComplianceFixture> {
  const fixture = await complianceFixture(security);
  for (const framework of frameworks) await fixture.configure(framework);
  return fixture;
}

const hoursAgo = (hours: number): Date => new Date(Date.now() - hours * HOUR_MS);

describe('the clocks of an incident', () => {
  it('run in each active framework that sets a time, the shortest first', async () => {
    const fixture = await configured(SOC2, GDPR, HIPAA, PCI_DSS);
    const discoveredAt = hoursAgo(1);
    await incident(fixture, discoveredAt);

    const { clocks } = await fixture.compliance().listBreachClocks({ tenant: fixture.tenant });

    const due = (hours: number): Date => new Date(discoveredAt.getTime() + hours * HOUR_MS);
    expect(clocks).toMatchObject([
      { framework: PCI_DSS, controlId: '12.10.1', notifyBy: due(0), state: OVERDUE },
      { framework: GDPR, controlId: 'Art. 33(1)', notifyBy: due(72), state: RUNNING },
      { framework: HIPAA, controlId: '164.404(b)', notifyBy: due(60 * 24), state: RUNNING },
    ]);
  });

  it('are listed in pages, by framework and by state', async () => {
    const fixture = await configured(GDPR, HIPAA, PCI_DSS);
    await incident(fixture, hoursAgo(1));
    const { tenant } = fixture;
    const list = async (more: object) => (await fixture.compliance().listBreachClocks({ tenant, ...more })).clocks;

    const first = await fixture.compliance().listBreachClocks({ tenant, pageSize: 2 });
    const rest = await fixture.compliance().listBreachClocks({ tenant, pageSize: 2, pageToken: first.nextPageToken });
    expect([...first.clocks, ...rest.clocks].map(({ framework }) => framework)).toEqual([PCI_DSS, GDPR, HIPAA]);
    expect(rest.nextPageToken).toBe('');
    expect((await list({ frameworks: [HIPAA] })).map(({ framework }) => framework)).toEqual([HIPAA]);
    expect((await list({ states: [OVERDUE] })).map(({ framework }) => framework)).toEqual([PCI_DSS]);
    expect(await list({ states: [NOTIFIED, DISMISSED] })).toEqual([]);
  });

  it('take in what else happens while they run', async () => {
    const fixture = await configured(GDPR);
    expect(await incident(fixture, hoursAgo(2))).toHaveLength(1);
    expect(await incident(fixture, hoursAgo(1))).toHaveLength(0);
    expect(await incident(fixture, hoursAgo(1), BreachTrigger.PII_LEAK)).toHaveLength(1);

    const { clocks } = await fixture.compliance().listBreachClocks({ tenant: fixture.tenant });

    expect(clocks).toHaveLength(2);
  });

  it('stop with a notification, once and for all', async () => {
    const fixture = await configured(GDPR);
    await incident(fixture, hoursAgo(5));
    const { compliance, tenant } = fixture;
    const [clock] = (await compliance().listBreachClocks({ tenant })).clocks;
    const name = clock?.name ?? '';
    const resolution = { $case: 'notifiedAt', value: hoursAgo(2) } as const;

    const stopped = await compliance().stopBreachClock({ name, resolution, statement: 'AEPD 2026/7' });

    expect(stopped.clock).toMatchObject({ state: NOTIFIED, stoppedBy: 'principals/admin', statement: 'AEPD 2026/7' });
    expect(await compliance().stopBreachClock({ name, resolution, statement: 'AEPD 2026/7' })).toEqual(stopped);
    const other = { $case: 'dismissed', value: true } as const;
    expect(await refusal(compliance().stopBreachClock({ name, resolution: other, statement: 'no' }))).toBe(
      'BREACH_CLOCK_STOPPED',
    );
  });

  it('stop where it was no breach', async () => {
    const fixture = await configured(GDPR);
    await incident(fixture, hoursAgo(5));
    const { compliance, tenant } = fixture;
    const [clock] = (await compliance().listBreachClocks({ tenant })).clocks;
    const resolution = { $case: 'dismissed', value: true } as const;

    const stopped = await compliance().stopBreachClock({ name: clock?.name ?? '', resolution, statement: 'a drill' });

    expect(stopped.clock).toMatchObject({ state: DISMISSED, notifiedAt: undefined });
    expect(await incident(fixture, hoursAgo(1))).toHaveLength(1);
  });

  it('do not stop before they start, in the future, without a word, or by anyone else', async () => {
    const fixture = await configured(GDPR);
    await incident(fixture, hoursAgo(5));
    const { compliance, tenant } = fixture;
    const name = (await compliance().listBreachClocks({ tenant })).clocks[0]?.name ?? '';
    const at = (value: Date) => ({ $case: 'notifiedAt', value }) as const;

    const early = compliance().stopBreachClock({ name, resolution: at(hoursAgo(6)), statement: 'x' });
    expect(await violations(early)).toEqual(['notified_at']);
    const wrong = compliance().stopBreachClock({ name, resolution: at(hoursAgo(-1)), statement: '' });
    expect(await violations(wrong)).toEqual(['notified_at', 'statement']);
    const missing = `${tenant}/breach-clocks/gdpr-000000000000`;
    const dismissed = { $case: 'dismissed', value: true } as const;
    expect(await refusal(compliance().stopBreachClock({ name: missing, resolution: dismissed, statement: 'x' }))).toBe(
      'BREACH_CLOCK_NOT_FOUND',
    );
    const thief = await security.tokenFor('globex', 'clock-thief', Role.DATA_ADMIN);
    expect(await refusal(compliance(thief).stopBreachClock({ name, resolution: dismissed, statement: 'x' }))).toBe(
      'FOREIGN_TENANT',
    );
    expect(await refusal(compliance(thief).listBreachClocks({ tenant }))).toBe('FOREIGN_TENANT');
  });

  it('that run out show in the assessment, and so does a late notification', async () => {
    const fixture = await configured(GDPR);
    const { compliance, tenant, measure, happened } = fixture;
    await incident(fixture, hoursAgo(1));
    expect(await measure('Art. 33(1)')).toMatchObject({ outcome: SATISFIED, population: 1n });

    await incident(fixture, hoursAgo(80), BreachTrigger.PII_LEAK);
    expect(await measure('Art. 33(1)')).toMatchObject({ outcome: NOT_SATISFIED, population: 2n, exceptionCount: 1n });
    const { clocks } = await compliance().listBreachClocks({ tenant, states: [OVERDUE] });
    const resolution = { $case: 'notifiedAt', value: hoursAgo(7.5) } as const;
    await compliance().stopBreachClock({ name: clocks[0]?.name ?? '', resolution, statement: 'late' });
    happened({ type: 'access_decision' });

    expect(await measure('Art. 33(1)')).toMatchObject({
      outcome: NOT_SATISFIED,
      exceptions: [{ description: 'the notification came 1 hours after its time' }],
    });
  });
});
