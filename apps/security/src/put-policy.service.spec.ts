import {} from '@weir/contracts/security';
import { accessFixture, allowAll, type AccessFixture } from './testing/access-fixture.ts';
import { refusal, violations } from './testing/refusal.ts';
import { startSecurity, type RunningSecurity } from './testing/start-security.ts';

let security: RunningSecurity;
let at: AccessFixture;
beforeAll(async () => (security = await startSecurity()), 60_000);
afterAll(() => security[Symbol.asyncDispose]());
beforeEach(async () => (at = await accessFixture(security)));

describe('a policy', () => {
  it('keeps its history, and the time since when a control is there', async () => {
    const first = await at.put('rules', [allowAll()]);
    const second = await at.put('rules', [allowAll({ reason: 'reviewed' }), allowAll({ id: 'second' })]);

    expect(second?.revision).toBe(2n);
    expect(second?.accessControls[0]?.grantedAt).toEqual(first?.accessControls[0]?.grantedAt);
    const { policy: old } = await at.access().getPolicy({ name: `${at.tenant}/policies/rules`, revision: 1n });
    expect(old).toEqual(first);
    expect(await refusal(at.access().getPolicy({ name: `${at.tenant}/policies/rules`, revision: 9n }))).toBe(
      'REVISION_COMPACTED',
    );
    const { policyRevision } = await at.access().deletePolicy({
      name: `${at.tenant}/policies/rules`,
      etag: second?.etag ?? '',
    });
    expect(policyRevision).toBe(3n);
    expect(await refusal(at.access().getPolicy({ name: `${at.tenant}/policies/rules` }))).toBe('POLICY_NOT_FOUND');
    expect((await at.access().getPolicy({ name: `${at.tenant}/policies/rules`, revision: 2n })).policy).toEqual(second);
  });

  it('put again with the same content makes no revision, and a stale etag none either', async () => {
    const first = await at.put('same', [allowAll()]);
    const again = await at.put('same', [allowAll()]);
    const stale = at.access().putPolicy({ policy: { name: first?.name, displayName: 'x' }, etag: 'r99' });

    expect(again).toEqual(first);
    expect(await refusal(stale)).toBe('ETAG_MISMATCH');
  });

  it('settles what no other policy of the tenant does', async () => {
    const rule = {
      target: { $case: 'fieldPath', value: 'email' },
      operator: { operator: { $case: 'redact', value: {} } },
    } as const;
    await at.put('one', [], { anonymization: { rules: [rule] } });

    expect(await refusal(at.put('two', [], { anonymization: { rules: [rule] } }))).toBe('RULE_CONFLICT');
    expect(await refusal(at.put('one', [], { anonymization: { rules: [rule, rule] } }))).toBe('RULE_CONFLICT');
    await at.put('one', []);
    expect(await refusal(at.put('two', [], { anonymization: { rules: [rule] } }))).toBeUndefined();
  });

  it('refuses recognisers that could run for ever', async () => {
    const withPattern = (pattern: string) =>
      at.put('pii', [], { anonymization: { customRecognizers: [{ id: 'badge', description: 'Badge', pattern }] } });

    expect(await refusal(withPattern('(a+)+$'))).toBe('RECOGNIZER_UNSAFE');
    expect(await refusal(withPattern('a*'))).toBe('RECOGNIZER_UNSAFE');
    expect(await violations(withPattern('(?<=a)b'))).toEqual(['policy.anonymization.custom_recognizers[0].pattern']);
    expect(await refusal(withPattern('BADGE-\\d{6}'))).toBeUndefined();
  });

  it('lists every broken field', async () => {
    const broken = at.put('broken', [
      allowAll({
        principals: ['Bob'],
        conditions: { sourceCidrs: ['10.0.0.1/8'], timeWindows: [{ timeZone: 'Mars/Olympus', endMinute: 1 }] },
      }),
    ]);

    expect(await violations(broken)).toEqual([
      'policy.access_controls[0].principals[0]',
      'policy.access_controls[0].conditions.source_cidrs[0]',
      'policy.access_controls[0].conditions.time_windows[0].time_zone',
    ]);
    expect(await violations(at.put('foreign', [allowAll({ resources: ['tenants/acme/*'] })]))).toEqual([
      'policy.access_controls[0].resources[0]',
    ]);
  });

  it('is listed in pages, also by whom it names', async () => {
    for (const id of ['aaa', 'bbb', 'ccc'])
      await at.put(id, [allowAll({ principals: id === 'bbb' ? [at.engineer] : ['*'] })]);

    const first = await at.access().listPolicies({ parent: at.tenant, pageSize: 2 });
    const rest = await at.access().listPolicies({ parent: at.tenant, pageSize: 2, pageToken: first.nextPageToken });
    const naming = await at.access().listPolicies({ parent: at.tenant, principal: at.engineer });

    expect([...first.policies, ...rest.policies].map(({ displayName }) => displayName)).toEqual(['aaa', 'bbb', 'ccc']);
    expect(naming.policies.map(({ displayName }) => displayName)).toEqual(['bbb']);
    expect(rest).toMatchObject({ nextPageToken: '', policyRevision: 3n });
  });
});
