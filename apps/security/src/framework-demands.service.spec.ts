import { platformScope } from '@weir/context';
import { Sensitivity } from '@weir/contracts/options';
import {
  AccessServiceDefinition,
  ComplianceFramework,
  ComplianceServiceDefinition,
  CryptoServiceDefinition,
  PiiType,
  Verdict,
} from '@weir/contracts/security';
import { setTimeout as wait } from 'node:timers/promises';
import { accessFixture, allowAll } from './testing/access-fixture.ts';
import { soon } from './testing/refusal.ts';
import { startSecurity, type RunningSecurity } from './testing/start-security.ts';

let security: RunningSecurity;
beforeAll(async () => (security = await startSecurity()), 60_000);
afterAll(() => security[Symbol.asyncDispose]());

const compliance = (token = security.adminToken) => security.client(ComplianceServiceDefinition, token);
const { SOC2, GDPR, HIPAA, PCI_DSS } = ComplianceFramework;

describe('what frameworks demand', () => {
  it('is owed for every decision from the answer on, with the frameworks named', async () => {
    const fixture = await accessFixture(security);
    await fixture.put('open', [allowAll()]);
    expect((await fixture.check())?.obligations).toEqual([]);

    await compliance().configureFramework({ tenant: fixture.tenant, framework: GDPR });
    await compliance().configureFramework({ tenant: fixture.tenant, framework: PCI_DSS });
    const decision = await fixture.check();

    expect(decision?.obligations).toMatchObject([
      { kind: { $case: 'encrypt', value: { dataTypes: [] } }, sources: ['GDPR', 'PCI_DSS'] },
      {
        kind: {
          $case: 'anonymize',
          value: {
            detectPii: true,
            rules: [
              { target: { value: PiiType.PERSON_ID }, operator: { operator: { $case: 'hash' } } },
              {
                target: { value: PiiType.PAYMENT_CARD },
                operator: { operator: { value: { keepFirst: 6, keepLast: 4 } } },
              },
            ],
          },
        },
        sources: ['GDPR', 'PCI_DSS'],
      },
      { kind: { $case: 'retain', value: { auditDays: 366, dataDays: 365 } }, sources: ['GDPR', 'PCI_DSS'] },
    ]);
    await compliance().configureFramework({ tenant: fixture.tenant, framework: GDPR, disabled: true });
    expect((await fixture.check())?.obligations.flatMap(({ sources }) => sources)).not.toContain('GDPR');
  });

  it('is joined with what policies say, and the strictest counts', async () => {
    const fixture = await accessFixture(security);
    const rule = {
      target: { $case: 'type', value: PiiType.PAYMENT_CARD },
      operator: { operator: { $case: 'redact', value: {} } },
    } as const;
    await fixture.put('open', [allowAll()], { anonymization: { rules: [rule] } });

    await compliance().configureFramework({ tenant: fixture.tenant, framework: PCI_DSS });

    const owed = (await fixture.check())?.obligations.find(({ kind }) => kind?.$case === 'anonymize');
    expect(owed?.sources).toEqual(['PCI_DSS', `${fixture.tenant}/policies/open`]);
    expect(owed?.kind?.value).toMatchObject({ rules: [{ operator: { operator: { $case: 'redact' } } }] });
  });

  it('puts a tenant without a policy under decisions: deny by default', async () => {
    const fixture = await accessFixture(security);
    await compliance().configureFramework({ tenant: fixture.tenant, framework: SOC2 });

    expect(await fixture.check()).toMatchObject({ verdict: Verdict.DENY, policyRevision: 1n });
  });

  it('reaches audit as the least that it keeps, together with what policies say', async () => {
    const fixture = await accessFixture(security);
    await fixture.put('open', [allowAll()], { auditRetentions: [{ classification: 4, days: 3_000 }] });
    await compliance().configureFramework({ tenant: fixture.tenant, framework: SOC2 });

    await soon(() => (security.audit.retention(fixture.tenant).minimums.length > 0 ? true : undefined));
    expect(security.audit.retention(fixture.tenant).minimums).toEqual([
      { sensitivity: Sensitivity.LOW, days: 366 },
      { sensitivity: Sensitivity.MEDIUM, days: 366 },
      { sensitivity: Sensitivity.HIGH, days: 366 },
      { sensitivity: Sensitivity.CRITICAL, days: 3_000 },
    ]);
    const applied = async () =>
      (await compliance().listFrameworks({ tenant: fixture.tenant })).frameworks[0]?.retentionAppliedAt;
    while ((await applied()) === undefined) await wait(20);
  });

  it('is applied once audit is back', async () => {
    const { tenant } = await accessFixture(security);
    security.audit.isDown = true;
    const { config } = await compliance().configureFramework({ tenant, framework: HIPAA });
    expect(config?.retentionAppliedAt).toBeUndefined();

    security.audit.isDown = false;
    // Wakes what waits: nothing here depends on how long that would take by itself.
    await compliance().configureFramework({ tenant, framework: SOC2 });

    await soon(() => (security.audit.retention(tenant).minimums[0]?.days === 2196 ? true : undefined));
  });

  it('sets when access rights are to be reviewed; a whole ListStaleGrants is the review', async () => {
    const { tenant } = await accessFixture(security);
    await compliance().configureFramework({ tenant, framework: SOC2 });
    const dueAt = async () =>
      (await compliance().listFrameworks({ tenant })).effective?.accessReviewDueAt?.getTime() ?? 0;
    const before = await dueAt();

    const access = security.client(AccessServiceDefinition, security.adminToken);
    await access.listStaleGrants({ tenant, staleness: [1] });
    expect(await dueAt()).toBe(before);
    await access.listStaleGrants({ tenant });

    expect(await dueAt()).toBeGreaterThan(before);
    const reviews = await soon(() => {
      const found = security.delivered.filter((event) => event.type === 'list_stale_grants' && event.tenant === tenant);
      return found.length === 2 ? found : undefined;
    });
    expect(reviews.map(({ details }): unknown => details?.['reviewed'])).toEqual([false, true]);
  });

  it('bounds the age of keys: those past their cryptoperiod are rotated', async () => {
    const { tenant, id } = await accessFixture(security);
    const crypto = security.client(CryptoServiceDefinition, security.adminToken);
    const { key } = await crypto.createKey({ tenant, keyId: 'cards', key: { displayName: 'Cards' } });
    const name = key?.name ?? '';
    expect(key?.rotateAt).toBeUndefined();

    await compliance().configureFramework({ tenant, framework: PCI_DSS });

    const { key: bounded } = await crypto.describeKey({ name });
    const ageMs = (bounded?.rotateAt?.getTime() ?? 0) - (bounded?.createdAt?.getTime() ?? 0);
    expect(ageMs).toBe(365 * 86_400_000);
    const old = new Date(Date.now() - 366 * 86_400_000);
    await security.database.within(platformScope(), (tx) =>
      tx.updateTable('crypto_key_versions').set({ created_at: old }).where('tenant', '=', id).execute(),
    );
    expect(await security.parts.cryptoKeys.due(platformScope())).toContainEqual({ tenant: id, id: 'cards' });
  });
});
