import { Outcome, type Event, type EventFilter, type LoggedEvent } from '@weir/contracts/audit';
import { Sensitivity } from '@weir/contracts/options';
import { failure } from './testing/outcomes.ts';
import { admin, freshTenant, startTestAudit, userOf, type TestAudit } from './testing/start-audit.ts';

let audit: TestAudit;
beforeAll(async () => {
  audit = await startTestAudit();
}, 60_000);
afterAll(() => audit[Symbol.asyncDispose]());

const record = (tenant: string, count: number, fields?: (at: number) => Partial<Event>) =>
  audit.record(tenant, count, fields);

describe('QueryEvents', () => {
  let tenant: string;
  beforeAll(async () => {
    tenant = freshTenant();
    await record(tenant, 60, (at) => ({
      time: new Date(Date.UTC(2026, 0, 1 + at)),
      type: at % 2 === 0 ? 'data_encryption' : 'data_processing_request',
      principal: `tenants/${tenant}/principals/p-${at % 3}`,
      actor: at % 10 === 0 ? 'principals/deputy' : '',
      resource: `tenants/${tenant}/jobs/j-${at % 4}/steps/s-1`,
      dataset: at % 5 === 0 ? `tenants/${tenant}/datasets/d-1` : '',
      sensitivity: at % 6 === 0 ? Sensitivity.CRITICAL : Sensitivity.LOW,
      complianceFlags: at % 7 === 0 ? ['pii_detected', 'large_dataset'] : at % 7 === 1 ? ['pii_detected'] : [],
      outcome: at % 8 === 0 ? Outcome.REFUSED : Outcome.SUCCEEDED,
      errorReason: at % 8 === 0 ? 'PERMISSION_MISSING' : '',
      traceId: at === 33 ? 'f'.repeat(32) : '',
      details: { at, where: at % 9 === 0 ? 'Zürich Main-Station' : 'elsewhere' },
    }));
  });

  const indexesOf = (events: readonly LoggedEvent[]) => events.map(({ index }) => Number(index));
  const all = Array.from({ length: 60 }, (_, at) => at);
  const query = async (filter: Partial<EventFilter>): Promise<number[]> => {
    const { events } = await audit
      .as(userOf(tenant, 'read'))
      .queryEvents({ tenant: `tenants/${tenant}`, filter, pageSize: 1000 });
    // Reading leaves events too; these come after those that are looked for.
    return indexesOf(events).filter((index) => index < 60);
  };

  it.each<[string, () => Partial<EventFilter>, (at: number) => boolean]>([
    ['start time', () => ({ startTime: new Date(Date.UTC(2026, 0, 50)) }), (at) => at >= 49],
    ['end time', () => ({ endTime: new Date(Date.UTC(2026, 0, 4)) }), (at) => at < 3],
    ['principal', () => ({ principals: [`tenants/${tenant}/principals/p-1`] }), (at) => at % 3 === 1],
    ['actor', () => ({ principals: ['principals/deputy'] }), (at) => at % 10 === 0],
    ['type', () => ({ types: ['data_encryption', 'unheard_of'] }), (at) => at % 2 === 0],
    ['resource', () => ({ resources: [`tenants/${tenant}/jobs/j-2/steps/s-1`] }), (at) => at % 4 === 2],
    ['a name above the resource', () => ({ resources: [`tenants/${tenant}/jobs/j-2`] }), (at) => at % 4 === 2],
    ['the beginning of a name', () => ({ resources: [`tenants/${tenant}/jobs/j-`] }), () => false],
    ['dataset', () => ({ resources: [`tenants/${tenant}/datasets/d-1`] }), (at) => at % 5 === 0],
    ['sensitivity', () => ({ sensitivities: [Sensitivity.CRITICAL, Sensitivity.HIGH] }), (at) => at % 6 === 0],
    ['one flag', () => ({ complianceFlags: ['pii_detected'] }), (at) => at % 7 <= 1],
    ['all flags', () => ({ complianceFlags: ['pii_detected', 'large_dataset'] }), (at) => at % 7 === 0],
    ['outcome', () => ({ outcomes: [Outcome.REFUSED] }), (at) => at % 8 === 0],
    ['trace', () => ({ traceId: 'f'.repeat(32) }), (at) => at === 33],
    ['words', () => ({ text: 'main ZÜRICH' }), (at) => at % 9 === 0],
    ['part of a word', () => ({ text: 'züri' }), () => false],
    ['a number in the details', () => ({ text: '42' }), (at) => at === 42],
    ['nothing', () => ({}), () => true],
    [
      'several at once',
      () => ({ types: ['data_encryption'], outcomes: [Outcome.SUCCEEDED] }),
      (at) => at % 2 === 0 && at % 8 !== 0,
    ],
  ])('finds by %s, newest first', async (_, filter, expected) => {
    expect(await query(filter())).toEqual(all.filter(expected).toReversed());
  });

  it('pages without gaps or repeats while events are recorded', async () => {
    const user = audit.as(userOf(tenant, 'read'));
    const request = { tenant: `tenants/${tenant}`, filter: { types: ['data_encryption'] }, pageSize: 7 };
    const found: number[] = [];
    for (let pageToken = ''; ;) {
      const page = await user.queryEvents({ ...request, pageToken });
      found.push(...indexesOf(page.events));
      await record(tenant, 1, () => ({ type: 'data_encryption' }));
      if (page.nextPageToken === '') break;
      pageToken = page.nextPageToken;
    }
    expect(found).toEqual(all.filter((at) => at % 2 === 0).toReversed());
  });

  it('refuses the page token of another filter', async () => {
    const user = audit.as(userOf(tenant, 'read'));
    const { nextPageToken } = await user.queryEvents({ tenant: `tenants/${tenant}`, pageSize: 1 });
    const other = user.queryEvents({ tenant: `tenants/${tenant}`, pageToken: nextPageToken, filter: { types: ['x'] } });
    expect((await failure(other)).reason).toBe('PAGE_TOKEN_INVALID');
  });

  it('names what is wrong with a filter', async () => {
    const error = await failure(
      audit.as(admin).queryEvents({
        tenant: `tenants/${tenant}`,
        filter: { traceId: 'x', outcomes: [0], startTime: new Date(2), endTime: new Date(1), text: '!?' },
      }),
    );
    expect(error.details.violations?.map(({ field }) => field)).toEqual(
      expect.arrayContaining(['filter.trace_id', 'filter.outcomes[0]', 'filter.text']),
    );
  });
});
