import { failure } from './testing/outcomes.ts';
import { freshTenant, userOf } from './testing/start-audit.ts';
import { DAY, rules, START, startRetainedAudit, type RetainedAudit } from './testing/start-retained-audit.ts';

let audit: RetainedAudit;
beforeAll(async () => (audit = await startRetainedAudit()), 60_000);
afterAll(() => audit[Symbol.asyncDispose]());
beforeEach(() => {
  audit.clock.now = START;
});

describe('a legal hold', () => {
  const place = (tenant: string, legalHold: object, legalHoldId = '') =>
    audit.as(userOf(tenant, 'admin')).placeLegalHold({ parent: `tenants/${tenant}`, legalHold, legalHoldId });

  it('wins over retention until it is released', async () => {
    const tenant = freshTenant();
    await audit.record(tenant, 10);
    audit.clock.now += 40 * DAY;
    const { legalHold } = await place(tenant, { reason: 'lawsuit' });
    await audit.put(tenant, { rules: rules(30) });
    await audit.sweep(tenant);
    expect(await audit.indexes(tenant)).toHaveLength(10);
    const released = await audit
      .as(userOf(tenant, 'admin'))
      .releaseLegalHold({ name: legalHold?.name ?? '', reason: 'settled' });
    expect(released.legalHold).toMatchObject({
      releaseReason: 'settled',
      releasedBy: `tenants/${tenant}/principals/someone`,
    });
    await audit.sweep(tenant);
    expect(await audit.indexes(tenant)).toEqual([]);
  });

  it('keeps the partitions of the events in its scope, and no others', async () => {
    const tenant = freshTenant();
    await audit.record(tenant, 600, (at) => ({ type: at === 300 ? 'suspicious' : 'usual' }));
    audit.clock.now += 40 * DAY;
    await place(tenant, { reason: 'inquiry', scope: { types: ['suspicious'] } });
    await audit.put(tenant, { rules: rules(30) });
    await audit.sweep(tenant);
    expect(await audit.indexes(tenant)).toEqual(Array.from({ length: 256 }, (_, at) => 256 + at));
  });

  it('has an id that is used once, also after its release, and is released as often as one likes', async () => {
    const tenant = freshTenant();
    await place(tenant, { reason: 'a' }, 'case-1');
    expect((await failure(place(tenant, { reason: 'b' }, 'case-1'))).reason).toBe('LEGAL_HOLD_EXISTS');
    const user = audit.as(userOf(tenant, 'admin'));
    const name = `tenants/${tenant}/holds/case-1`;
    expect((await failure(user.releaseLegalHold({ name, reason: 'x', etag: '9' }))).reason).toBe('ETAG_MISMATCH');
    const first = await user.releaseLegalHold({ name, reason: 'x', etag: '1' });
    const second = await user.releaseLegalHold({ name, reason: 'y', etag: '1' });
    expect(second).toEqual(first);
    expect((await failure(place(tenant, { reason: 'b' }, 'case-1'))).reason).toBe('LEGAL_HOLD_EXISTS');
    expect((await failure(user.releaseLegalHold({ name: `tenants/${tenant}/holds/case-2`, reason: 'x' }))).reason).toBe(
      'LEGAL_HOLD_NOT_FOUND',
    );
  });

  it('names what is wrong', async () => {
    const error = await failure(place(freshTenant(), { reason: '', scope: { text: 'words' } }, 'X'));
    expect(error.details.violations?.map(({ field }) => field).sort()).toEqual([
      'legal_hold.reason',
      'legal_hold.scope.text',
      'legal_hold_id',
    ]);
  });
});
