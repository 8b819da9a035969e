import { logVerdict } from '@weir/client';
import { EventFilter, FaultReason, Outcome, type Event } from '@weir/contracts/audit';
import { Sensitivity } from '@weir/contracts/options';
import { sql } from 'kysely';
import { matcher } from './domain/event-filter.ts';
import { indexLog } from './log/search/indexer.ts';
import { runWorker, type RunWorker } from './log/search/run-worker.ts';
import { search } from './log/search/search.ts';
import { sweepLog } from './log/retention-sweep.ts';
import { freshTenant, startTestAudit, userOf, type TestAudit } from './testing/start-audit.ts';

const SIZE = 9_000;
let now = Date.UTC(2026, 0, 1);
let audit: TestAudit;
let worker: RunWorker;
const tenant = freshTenant();
let events: readonly Event[];

const eventAt = (at: number): Partial<Event> => ({
  time: new Date(Date.UTC(2026, 0, 1) + at * 60_000),
  type: ['data_encryption', 'data_processing_request', 'upload_dataset'][at % 3] ?? '',
  principal: `tenants/${tenant}/principals/p-${at % 97}`,
  actor: at % 50 === 0 ? 'principals/deputy' : '',
  resource: `tenants/${tenant}/jobs/j-${at}/steps/s-1`,
  dataset: at % 1000 === 7 ? `tenants/${tenant}/datasets/rare` : '',
  sensitivity: at % 2 === 0 ? Sensitivity.LOW : Sensitivity.HIGH,
  outcome: at % 100 === 0 ? Outcome.REFUSED : Outcome.SUCCEEDED,
  errorReason: at % 100 === 0 ? 'PERMISSION_MISSING' : '',
  complianceFlags: at % 11 === 0 ? ['pii_detected'] : [],
  traceId: at.toString(16).padStart(32, '0'),
  details: { at, note: at % 1000 === 500 ? 'needle in Zürich' : 'hay' },
});

beforeAll(async () => {
  audit = await startTestAudit({ clock: () => new Date(now) });
  await audit.log.sweeper[Symbol.asyncDispose]();
  worker = runWorker();
  const recorded: Event[] = [];
  for (let from = 0; from < SIZE; from += 1_000) {
    recorded.push(...(await audit.record(tenant, 1_000, (at) => eventAt(from + at))).events);
  }
  events = recorded;
  await indexLog(audit.log, worker, tenant);
}, 120_000);
afterAll(async () => {
  await worker[Symbol.asyncDispose]();
  await audit[Symbol.asyncDispose]();
});

async function found(filter: EventFilter, to = BigInt(SIZE)): Promise<number[]> {
  const indexes: number[] = [];
  for await (const { matches } of search(audit.log, { scope: { tenant }, tenant, to, filter, size: 50 })) {
    indexes.push(...matches.map(({ stored }) => Number(stored.index)));
  }
  return indexes;
}

const expected = (filter: EventFilter): number[] => {
  const matches = matcher(filter);
  return events.flatMap((event, at) => (matches(event) ? [at] : [])).toReversed();
};

const filters: [string, Partial<EventFilter>][] = [
  ['nothing', {}],
  ['a common type', { types: ['data_encryption'] }],
  ['two types', { types: ['data_encryption', 'upload_dataset'] }],
  ['a principal', { principals: [`tenants/${tenant}/principals/p-96`] }],
  ['an actor', { principals: ['principals/deputy'] }],
  ['one resource', { resources: [`tenants/${tenant}/jobs/j-4096`] }],
  ['a name above all resources', { resources: [`tenants/${tenant}/jobs`] }],
  ['a rare dataset', { resources: [`tenants/${tenant}/datasets/rare`] }],
  ['a trace', { traceId: (4_095).toString(16).padStart(32, '0') }],
  ['a rare word', { text: 'NEEDLE zürich' }],
  ['what nothing has', { text: 'unheard of' }],
  ['two things that never go together', { types: ['data_encryption'], traceId: (1).toString(16).padStart(32, '0') }],
  [
    'several at once',
    { types: ['data_encryption'], complianceFlags: ['pii_detected'], sensitivities: [Sensitivity.LOW] },
  ],
  [
    'an outcome in a time',
    { outcomes: [Outcome.REFUSED], startTime: new Date(Date.UTC(2026, 0, 3)), endTime: new Date(Date.UTC(2026, 0, 5)) },
  ],
  ['a time alone', { startTime: new Date(Date.UTC(2026, 0, 6, 5)) }],
];

describe('a search', () => {
  it.each(filters)('by %s finds what reading everything finds', async (_, filter) => {
    const whole = EventFilter.fromPartial(filter);
    expect(await found(whole)).toEqual(expected(whole));
  });

  it('ends where it is told to, inside a run as well', async () => {
    const filter = EventFilter.fromPartial({ types: ['data_encryption'] });
    expect(await found(filter, 5_000n)).toEqual(expected(filter).filter((at) => at < 5_000));
  });

  it('finds what was recorded since the last one, and before any run covers it', async () => {
    const other = freshTenant();
    const filter = EventFilter.fromPartial({ types: ['data_encryption'] });
    const seen: number[] = [];
    for (let round = 0; round < 3; round += 1) {
      await audit.record(other, 4, (at) => ({ type: at === 1 ? 'data_encryption' : 'upload_dataset' }));
      const steps = search(audit.log, { scope: { tenant: other }, tenant: other, to: undefined, filter, size: 50 });
      for await (const { matches, cost } of steps) {
        seen.push(...matches.map(({ stored }) => Number(stored.index)));
        expect(cost).toBeLessThanOrEqual(round + 1);
      }
    }
    expect(seen).toEqual([1, 5, 1, 9, 5, 1]);
  });

  it('reads only what may match', async () => {
    const { searches } = audit.log;
    const runs = await searches.runs({ tenant }, tenant, BigInt(SIZE));
    expect(runs.map(({ start }) => start)).toEqual(Array.from({ length: 8 }, (_, at) => BigInt(at) * 1_024n));
    expect(await searches.behind()).toEqual([]);
  });

  it.each(filters.filter(([name]) => !/^nothing|all resources|two types/.test(name)))(
    'page by page finds the same: %s',
    async (_, filter) => {
      const whole = EventFilter.fromPartial(filter);
      for (const pageSize of [149, 700]) {
        const indexes: number[] = [];
        for (let pageToken = ''; ;) {
          const request = { tenant: `tenants/${tenant}`, filter: whole, pageSize, pageToken };
          const page = await audit.as(userOf(tenant, 'read')).queryEvents(request);
          indexes.push(...page.events.map(({ index }) => Number(index)));
          pageToken = page.nextPageToken;
          if (pageToken === '') break;
        }
        // What the service records of these calls is newer.
        expect(indexes.filter((at) => at < SIZE)).toEqual(expected(whole));
      }
    },
  );

  it('for what is rare reads the events of all runs at once', async () => {
    const filter = EventFilter.fromPartial({ text: 'needle' });
    const counts: number[] = [];
    const query = { scope: { tenant }, tenant, to: BigInt(SIZE), filter, size: 50 };
    for await (const { matches } of search(audit.log, query)) if (matches.length > 0) counts.push(matches.length);
    expect(counts).toEqual([expected(filter).length]);
  });

  it('of much that is not there ends a page early, with a token', async () => {
    const principals = Array.from({ length: 100 }, (_, at) => `principals/nobody-${at}`);
    const query = { tenant: `tenants/${tenant}`, filter: { principals } };
    const page = await audit.as(userOf(tenant, 'read')).queryEvents(query);
    expect(page.events).toEqual([]);
    expect(page.nextPageToken).not.toBe('');
  });

  it('finds the same while runs come and go', async () => {
    const filter = EventFilter.fromPartial({ text: 'needle' });
    await audit.database.database.within({ tenant }, (tx) =>
      tx.deleteFrom('search_runs').where('start', '=', 0n).execute(),
    );
    expect(await found(filter)).toEqual(expected(filter));
    await indexLog(audit.log, worker, tenant);
    expect(await found(filter)).toEqual(expected(filter));
  });

  it('is verified with the log: a run that hides an event is found', async () => {
    const verdict = async () =>
      (await logVerdict(audit.as(userOf(tenant, 'read')).verifyLog({ tenant: `tenants/${tenant}` }))).verdict;
    expect((await verdict()).$case).toBe('consistent');
    const hide = (from: string) =>
      sql`update search_runs set postings = ${sql.raw(from)} where tenant = ${tenant} and start = 4096`;
    const run = (statement: ReturnType<typeof hide>) =>
      audit.database.database.within({ tenant }, (tx) => statement.execute(tx));
    await run(hide(`overlay(postings placing '\\x7f'::bytea from 3 for 1)`));
    expect(await verdict()).toMatchObject({ value: { firstBadIndex: 4_096n, reason: FaultReason.RECORD_MISMATCH } });
    await run(sql`delete from search_runs where tenant = ${tenant}`);
    await indexLog(audit.log, worker, tenant);
  });

  it('forgets what retention removes', async () => {
    now += 400 * 86_400_000;
    const rules = [
      { sensitivity: Sensitivity.LOW, days: 30 },
      { sensitivity: Sensitivity.HIGH, days: 30 },
    ];
    await audit.as(userOf(tenant, 'admin')).putRetention({ tenant: `tenants/${tenant}`, retention: { rules } });
    await sweepLog({ ...audit.log, clock: () => new Date(now) }, tenant);
    expect(await found(EventFilter.fromPartial({ text: 'needle' }))).toEqual([]);
    await indexLog(audit.log, worker, tenant);
    expect(await found(EventFilter.fromPartial({ text: 'needle' }))).toEqual([]);
    const runs = await audit.log.searches.runs({ tenant }, tenant, BigInt(SIZE));
    expect(runs.map(({ firstTime }) => firstTime)).toEqual(Array(8).fill(undefined));
  });
});
