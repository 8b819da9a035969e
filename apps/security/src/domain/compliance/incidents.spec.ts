import { Event, Outcome } from '@weir/contracts/audit';
import { BreachTrigger } from '@weir/contracts/security';
import { incidentFinder } from './incidents.ts';

const START = Date.parse('2026-03-01T10:00:00Z');
const MINUTE_MS = 60_000;
let count = 0;

const event = (minute: number, more: Partial<Event>): Event => {
  count += 1;
  return Event.fromPartial({
    id: `e-${count}`,
    time: new Date(START + minute * MINUTE_MS),
    tenant: 'tenants/acme',
    outcome: Outcome.SUCCEEDED,
    ...more,
  } as Event);
};
const failed = (minute: number): Event =>
  event(minute, { type: 'data_decryption', outcome: Outcome.REFUSED, errorReason: 'DECRYPTION_FAILED' });

describe('an incident is', () => {
  it('20 decryptions that fail within 10 minutes, and not 19', () => {
    const finder = incidentFinder();
    const first = Array.from({ length: 19 }, (_, at) => finder.see(failed(at % 10))).flat();
    expect(first).toEqual([]);

    const [incident] = finder.see(failed(9));

    expect(incident).toMatchObject({ tenant: 'acme', trigger: BreachTrigger.DECRYPTION_FAILURES });
    expect(incident?.auditEventIds).toHaveLength(20);
  });

  it('not what fails as often as it always does', () => {
    const finder = incidentFinder();
    const seen: unknown[] = [];
    // Three in a minute, day and night: more than 20 in every ten minutes.
    for (let minute = 0; minute < 1_440; minute += 1)
      for (const at of [minute, minute]) seen.push(...finder.see(failed(at)));
    expect(seen.length).toBeLessThanOrEqual(3);
    const later: unknown[] = [];
    for (let minute = 1_440; minute < 1_500; minute += 1)
      later.push(...finder.see(failed(minute)), ...finder.see(failed(minute)));
    expect(later).toEqual([]);
  });

  it('a batch in which so many items fail', () => {
    const batch = event(0, { type: 'data_decryption', details: { failed_count: 25 } });

    expect(incidentFinder().see(batch)).toHaveLength(1);
  });

  it('a token that is forged or revoked, again and again, for the tenant that it speaks for', () => {
    const finder = incidentFinder();
    const forged = () =>
      event(0, {
        tenant: 'tenants/platform',
        errorReason: 'TOKEN_INVALID',
        details: { claimed_principal: 'tenants/globex/principals/etl' },
      });
    const revoked = () =>
      event(1, {
        tenant: 'tenants/platform',
        errorReason: 'TOKEN_REVOKED',
        details: { principal: 'tenants/globex/principals/etl' },
      });

    const found = [forged(), forged(), revoked(), revoked(), revoked()].map((one) => finder.see(one).length);

    expect(found).toEqual([0, 0, 0, 0, 1]);
    expect(finder.see(event(2, { errorReason: 'TOKEN_REVOKED', details: { principal: 'principals/admin' } }))).toEqual(
      [],
    );
  });

  it('personal data in an output that had to be anonymous, and a log that contradicts its head, at once', () => {
    const finder = incidentFinder();
    const leak = event(0, { type: 'data_anonymization', outcome: Outcome.FAILED, errorReason: 'PII_REMAINS' });
    const refused = event(0, {
      tenant: 'tenants/platform',
      type: 'audit_checkpoint_refused',
      resource: 'tenants/acme',
    });

    expect(finder.see(leak)).toMatchObject([
      { tenant: 'acme', trigger: BreachTrigger.PII_LEAK, auditEventIds: [leak.id] },
    ]);
    expect(finder.see(refused)).toMatchObject([{ tenant: 'acme', trigger: BreachTrigger.LOG_TAMPERING }]);
  });
});
