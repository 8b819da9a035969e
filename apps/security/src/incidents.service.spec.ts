import {
  BreachTrigger,
  ComplianceFramework,
  CryptoServiceDefinition,
  PrincipalServiceDefinition,
  Role,
  TokenServiceDefinition,
} from '@weir/contracts/security';
import { setTimeout as wait } from 'node:timers/promises';
import { complianceFixture, type ComplianceFixture } from './testing/compliance-fixture.ts';
import { refusal } from './testing/refusal.ts';
import { startSecurity, type RunningSecurity } from './testing/start-security.ts';

const { GDPR, SOC2 } = ComplianceFramework;

let security: RunningSecurity;
beforeAll(async () => (security = await startSecurity()), 60_000);
afterAll(() => security[Symbol.asyncDispose]());

async function clockOf({ compliance, tenant }: ComplianceFixture) {
  for (const end = Date.now() + 30_000; Date.now() < end;) {
    const [clock] = (await compliance().listBreachClocks({ tenant })).clocks;
    if (clock) return clock;
    await wait(20);
  }
  throw new Error('no clock has started');
}

describe('the clock of a breach starts', () => {
  it('when decryptions fail far more often than usual, with the events that show it', async () => {
    const fixture = await complianceFixture(security);
    await fixture.configure(GDPR);
    const crypto = security.client(CryptoServiceDefinition, security.adminToken);
    const name = `${fixture.tenant}/keys/default`;
    const guess = { name, ciphertext: Buffer.alloc(200), context: { purpose: 'dataset' } };
    for (let guesses = 0; guesses < 20; guesses += 1)
      expect(await refusal(crypto.decrypt(guess))).toBe('DECRYPTION_FAILED');

    const clock = await clockOf(fixture);

    expect(clock).toMatchObject({ trigger: BreachTrigger.DECRYPTION_FAILURES, framework: GDPR, resources: [name] });
    expect(clock.auditEventIds).toHaveLength(20);
    const started = await fixture.logged('breach_clock_started');
    expect(started).toMatchObject({
      resource: clock.name,
      details: { trigger: 'decryption_failures', control: 'Art. 33(1)' },
    });
  });

  it('when a revoked token is used again and again', async () => {
    const fixture = await complianceFixture(security);
    await fixture.configure(GDPR);
    const token = await security.tokenFor(fixture.id, 'leaver', Role.DATA_ADMIN);
    const principal = `${fixture.tenant}/principals/leaver`;
    await security
      .client(TokenServiceDefinition, security.adminToken)
      .revokeToken({ tenant: fixture.tenant, target: { $case: 'principal', value: principal }, reason: 'left' });
    const principals = security.client(PrincipalServiceDefinition, token);
    for (let uses = 0; uses < 5; uses += 1)
      expect(await refusal(principals.getPrincipal({ name: principal }))).toBe('TOKEN_REVOKED');

    expect(await clockOf(fixture)).toMatchObject({ trigger: BreachTrigger.TOKEN_ABUSE });
  });

  it('when the log does not prove what it says', async () => {
    const fixture = await complianceFixture(security);
    await fixture.configure(GDPR);
    security.audit.forge = (proof) => ({ ...proof, auditPath: [...proof.auditPath, Buffer.alloc(32)] });
    const refused = await refusal(fixture.compliance().evaluateCompliance({ tenant: fixture.tenant }));
    security.audit.forge = undefined;

    expect(refused).toBe('AUDIT_PROOF_INVALID');
    expect(await clockOf(fixture)).toMatchObject({ trigger: BreachTrigger.LOG_TAMPERING });
  });

  it.each([
    ['deployment does not believe a head', 'audit_checkpoint_refused', BreachTrigger.LOG_TAMPERING, 1],
    ['anyone verifies a log and it does not hold', 'audit_log_inconsistent', BreachTrigger.LOG_TAMPERING, 1],
    ['other tenants reach for it again and again', 'foreign_tenant_refused', BreachTrigger.FOREIGN_ACCESS, 20],
  ])('when %s, whichever service says so', async (_, type, trigger, times) => {
    const fixture = await complianceFixture(security);
    await fixture.configure(GDPR);
    for (let time = 0; time < times; time += 1)
      fixture.alarmed({ type, service: 'deployment', resource: fixture.tenant });

    const clock = await clockOf(fixture);
    expect(clock).toMatchObject({ trigger, resources: [fixture.tenant] });
    expect(clock.auditEventIds).toHaveLength(times);
  });

  it.each([
    ['TOKEN_REVOKED', 'principal'],
    ['TOKEN_INVALID', 'claimed_principal'],
  ])('when tokens are shown to other services that refuse them with %s', async (errorReason, named) => {
    const fixture = await complianceFixture(security);
    await fixture.configure(GDPR);
    const details = { [named]: `${fixture.tenant}/principals/leaver` };
    const refused = { type: 'get_tenant', errorReason, details };
    for (const service of ['registry', 'agent', 'registry', 'deployment']) fixture.alarmed({ ...refused, service });
    expect((await fixture.compliance().listBreachClocks({ tenant: fixture.tenant })).clocks).toEqual([]);

    fixture.alarmed({ ...refused, service: 'audit' });

    expect(await clockOf(fixture)).toMatchObject({ trigger: BreachTrigger.TOKEN_ABUSE });
  });

  it('in no framework that sets no time', async () => {
    const fixture = await complianceFixture(security);
    await fixture.configure(SOC2);
    security.audit.fault = { tenant: fixture.tenant, firstBadIndex: 0n };
    await fixture.evaluate();
    security.audit.fault = undefined;

    expect((await fixture.compliance().listBreachClocks({ tenant: fixture.tenant })).clocks).toEqual([]);
  });
});
