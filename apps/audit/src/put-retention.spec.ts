import type { Retention } from '@weir/contracts/audit';
import { Sensitivity } from '@weir/contracts/options';
import { failure } from './testing/outcomes.ts';
import { freshTenant, service, startTestAudit, userOf, type TestAudit } from './testing/start-audit.ts';

let audit: TestAudit;
beforeAll(async () => {
  audit = await startTestAudit();
}, 60_000);
afterAll(() => audit[Symbol.asyncDispose]());

const all = [Sensitivity.LOW, Sensitivity.MEDIUM, Sensitivity.HIGH, Sensitivity.CRITICAL];
const rules = (days: number) => all.map((sensitivity) => ({ sensitivity, days }));
const put = (tenant: string, retention: Partial<Retention>, caller = userOf(tenant, 'admin')) =>
  audit.as(caller).putRetention({ tenant: `tenants/${tenant}`, retention });

describe('PutRetention', () => {
  it('keeps the part of security and the part of everyone else apart', async () => {
    const tenant = freshTenant();
    await put(tenant, { rules: rules(30), minimums: rules(1) });
    const { retention, previous } = await put(tenant, { rules: rules(1), minimums: rules(90) }, service('security'));
    expect(retention).toMatchObject({ rules: rules(30), minimums: rules(90), etag: '2' });
    expect(previous).toMatchObject({ rules: rules(30), minimums: [] });
  });

  it('changes nothing with validate_only, nor with a stale etag', async () => {
    const tenant = freshTenant();
    await put(tenant, { rules: rules(30) });
    const request = { tenant: `tenants/${tenant}`, retention: { rules: [] } };
    const user = audit.as(userOf(tenant, 'admin'));
    const { retention, previous } = await user.putRetention({ ...request, validateOnly: true });
    expect([retention?.rules, previous?.rules]).toEqual([[], rules(30)]);
    expect((await failure(user.putRetention({ ...request, etag: '7' }))).reason).toBe('ETAG_MISMATCH');
    expect((await user.putRetention({ ...request, etag: '1' })).previous?.rules).toEqual(rules(30));
  });

  it('names what is wrong', async () => {
    const error = await failure(
      put(freshTenant(), {
        rules: [
          { sensitivity: 0, days: 0 },
          { sensitivity: 1, days: 40_000 },
        ],
      }),
    );
    expect(error.details.violations?.map(({ field }) => field)).toEqual([
      'retention.rules[0].sensitivity',
      'retention.rules[0].days',
      'retention.rules[1].days',
    ]);
    expect((await failure(put(freshTenant(), { rules: [...rules(1), ...rules(2)] }))).message).toMatch(
      /one rule per sensitivity/,
    );
  });
});
