import { randomUUID } from 'node:crypto';
import { Event, Outcome, type EventFilter, type LoggedEvent } from '@weir/contracts/audit';
import { Sensitivity } from '@weir/contracts/options';
import { WeirError } from '@weir/errors';
import { noteVerifier, openCheckpoint, verifyConsistency, verifyProof } from '@weir/merkle';
import { admin, sampleEvent, service, startTestAudit, userOf, type TestAudit } from './testing/start-audit.ts';

let audit: TestAudit;
beforeAll(async () => {
  audit = await startTestAudit();
}, 60_000);
afterAll(() => audit[Symbol.asyncDispose]());

let number = 0;
/** A tenant that no other test writes to. */
const freshTenant = (): string => `tenant-${(number += 1)}-x`;

async function record(tenant: string, count: number, fields: (at: number) => Partial<Event> = () => ({})) {
  const events = Array.from({ length: count }, (_, at) => sampleEvent({ tenant: `tenants/${tenant}`, ...fields(at) }));
  const answer = await audit.as(service('agent')).recordEvents({ events });
  return { events, answer: answer.events };
}

const failure = async (work: Promise<unknown>): Promise<WeirError> => {
  const error: unknown = await work.then(
    () => undefined,
    (caught: unknown) => caught,
  );
  if (!(error instanceof WeirError)) throw new Error(`expected a WeirError, got ${String(error)}`);
  return error;
};

describe('RecordEvents', () => {
  it('gives the events of a tenant ascending indexes in the order of the request', async () => {
    const tenant = freshTenant();
    const { answer } = await record(tenant, 3);
    expect(answer.map(({ index, alreadyRecorded }) => [index, alreadyRecorded])).toEqual([
      [0n, false],
      [1n, false],
      [2n, false],
    ]);
    const more = await record(tenant, 1);
    expect(more.answer[0]?.index).toBe(3n);
  });

  it('answers a repeat with the first index and leaf hash, alone or in another batch', async () => {
    const tenant = freshTenant();
    const { events, answer } = await record(tenant, 2);
    const again = await audit.as(service('agent')).recordEvents({
      events: [sampleEvent({ tenant: `tenants/${tenant}` }), ...events],
    });
    expect(again.events.map(({ index, alreadyRecorded }) => [index, alreadyRecorded])).toEqual([
      [2n, false],
      [0n, true],
      [1n, true],
    ]);
    expect(again.events[1]?.leafHash).toEqual(answer[0]?.leafHash);
  });

  it('takes details with the same keys in another order as the same event', async () => {
    const tenant = `tenants/${freshTenant()}`;
    const event = sampleEvent({ tenant, details: { a: 1, b: { c: [true, { y: 1, x: 2 }] } } });
    const agent = audit.as(service('agent'));
    await agent.recordEvents({ events: [event] });
    const again = await agent.recordEvents({
      events: [{ ...event, details: { b: { c: [true, { x: 2, y: 1 }] }, a: 1 } }],
    });
    expect(again.events[0]?.alreadyRecorded).toBe(true);
  });

  it('refuses an id that a different event has, and records nothing of that call', async () => {
    const tenant = freshTenant();
    const { events } = await record(tenant, 1);
    const changed = { ...sampleEvent({ tenant: `tenants/${tenant}`, type: 'data_export' }), id: events[0]?.id ?? '' };
    const bystander = sampleEvent({ tenant: `tenants/${tenant}` });
    const error = await failure(audit.as(service('agent')).recordEvents({ events: [bystander, changed] }));
    expect(error.reason).toBe('EVENT_ID_REUSED');
    expect((await audit.log.store.state({ tenant }, tenant)).size).toBe(1n);
  });

  it('lets two tenants use the same id', async () => {
    const id = randomUUID();
    const events = [freshTenant(), freshTenant()].map((tenant) => sampleEvent({ tenant: `tenants/${tenant}`, id }));
    const { events: placed } = await audit.as(service('agent')).recordEvents({ events });
    expect(placed.map(({ index }) => index)).toEqual([0n, 0n]);
  });

  it('sequences concurrent calls without gaps or repeats', async () => {
    const tenant = freshTenant();
    const answers = await Promise.all(Array.from({ length: 50 }, () => record(tenant, 7)));
    const indexes = answers.flatMap(({ answer }) => answer.map(({ index }) => Number(index)));
    expect(indexes.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 350 }, (_, at) => at));
    for (const { answer } of answers) {
      const own = answer.map(({ index }) => Number(index));
      expect(own).toEqual(own.toSorted((a, b) => a - b));
    }
  });

  it('records an event once that many send at the same time', async () => {
    const event = sampleEvent({ tenant: `tenants/${freshTenant()}` });
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => audit.as(service('agent')).recordEvents({ events: [event] })),
    );
    expect(answers.map(({ events }) => events[0]?.index)).toEqual(Array(20).fill(0n));
    expect(answers.filter(({ events }) => events[0]?.alreadyRecorded === false)).toHaveLength(1);
  });

  it('answers with proofs that verify on their own', async () => {
    const tenant = freshTenant();
    await record(tenant, 5);
    const events = [sampleEvent({ tenant: `tenants/${tenant}` }), sampleEvent({ tenant: `tenants/${tenant}` })];
    const { events: recorded } = await audit.as(service('agent')).recordEvents({ events, includeProofs: true });
    const { verifierKey } = await audit.as(admin).getCheckpoint({ tenant: `tenants/${tenant}` });
    for (const [at, { proof }] of recorded.entries()) {
      if (!proof) throw new Error('a proof was asked for');
      const proven = verifyProof(proof, [noteVerifier(verifierKey)]);
      expect(proven.head.origin).toBe(`weir.example/tenants/${tenant}`);
      expect(Event.decode(proven.event)).toMatchObject({ id: events[at]?.id, recordedAt: expect.any(Date) });
    }
  });

  it('names every broken field', async () => {
    const broken = sampleEvent({
      id: 'NOT-A-UUID',
      time: undefined,
      tenant: 'acme',
      type: 'Not Snake',
      sensitivity: 0,
      outcome: Outcome.FAILED,
      traceId: 'xyz',
      complianceFlags: ['Nope'],
      dataSizeBytes: -1n,
    });
    const error = await failure(audit.as(service('agent')).recordEvents({ events: [sampleEvent(), broken] }));
    expect(error.details.violations?.map(({ field }) => field).sort()).toEqual(
      [
        'events[1].id',
        'events[1].time',
        'events[1].tenant',
        'events[1].type',
        'events[1].sensitivity',
        'events[1].trace_id',
        'events[1].compliance_flags[0]',
        'events[1].data_size_bytes',
      ].sort(),
    );
  });

  it('asks for a reason of what did not succeed', async () => {
    const error = await failure(
      audit.as(service('agent')).recordEvents({ events: [sampleEvent({ outcome: Outcome.REFUSED })] }),
    );
    expect(error.details.violations).toEqual([
      { field: 'events[0].error_reason', description: 'is required unless the outcome is SUCCEEDED' },
    ]);
  });

  it('refuses no events, too many, too large ones and the same id twice', async () => {
    const agent = audit.as(service('agent'));
    const event = sampleEvent();
    const large = sampleEvent({ details: { text: 'x'.repeat(33_000) } });
    const many = Array.from({ length: 257 }, () => sampleEvent());
    expect((await failure(agent.recordEvents({ events: [] }))).reason).toBe('INVALID_ARGUMENT');
    expect((await failure(agent.recordEvents({ events: [event, event] }))).message).toMatch(
      /events\[1\].id: occurs twice/,
    );
    expect((await failure(agent.recordEvents({ events: [large] }))).message).toMatch(
      /events\[0\].details: must have at most 32768/,
    );
    expect((await failure(agent.recordEvents({ events: many, includeProofs: true }))).message).toMatch(
      /at most 256 items/,
    );
  });

  it('takes events of the caller’s own service only', async () => {
    const error = await failure(audit.as(service('registry')).recordEvents({ events: [sampleEvent()] }));
    expect(error.reason).toBe('EVENT_SERVICE_MISMATCH');
  });

  it('is not for users, whatever they may do', async () => {
    expect((await failure(audit.as(admin).recordEvents({ events: [sampleEvent()] }))).code).toBe(7);
  });

  it('sets when an event was recorded, whatever the sender says', async () => {
    const tenant = freshTenant();
    await record(tenant, 1, () => ({ recordedAt: new Date(0) }));
    const { events } = await audit.as(admin).queryEvents({ tenant: `tenants/${tenant}` });
    expect(events[0]?.event?.recordedAt?.getTime()).toBeGreaterThan(Date.now() - 60_000);
  });
});

describe('GetEvent', () => {
  it('answers with the event as it was sent, and its proof on request', async () => {
    const tenant = freshTenant();
    const { events } = await record(tenant, 3);
    const name = `tenants/${tenant}/events/${events[1]?.id ?? ''}`;
    const { event } = await audit.as(userOf(tenant, 'read')).getEvent({ name, includeProof: true });
    expect(event).toMatchObject({ name, index: 1n, event: { ...events[1], recordedAt: expect.any(Date) } });
    const { verifierKey } = await audit.as(admin).getCheckpoint({ tenant: `tenants/${tenant}` });
    expect(event?.proof && verifyProof(event.proof, [noteVerifier(verifierKey)]).index).toBe(1n);
  });

  it('says NOT_FOUND for an unknown id', async () => {
    const tenant = freshTenant();
    const error = await failure(audit.as(admin).getEvent({ name: `tenants/${tenant}/events/${randomUUID()}` }));
    expect(error.reason).toBe('EVENT_NOT_FOUND');
  });
});

describe('a tenant', () => {
  it('reads its own log and no other', async () => {
    const [mine, theirs] = [freshTenant(), freshTenant()];
    const { events } = await record(theirs, 1);
    const user = audit.as(userOf(mine, 'read'));
    const tenant = `tenants/${theirs}`;
    const refused = await Promise.all([
      failure(user.getEvent({ name: `${tenant}/events/${events[0]?.id ?? ''}` })),
      failure(user.queryEvents({ tenant })),
      failure(user.getCheckpoint({ tenant })),
      failure(user.getInclusionProof({ tenant, entry: { $case: 'index', value: 0n } })),
      failure(user.getConsistencyProof({ tenant })),
      failure(user.verifyLog({ tenant })),
    ]);
    expect(refused.map(({ reason }) => reason)).toEqual(Array(6).fill('FOREIGN_TENANT'));
  });

  it('sees no row of another even when a query forgets to say whose', async () => {
    const [mine, theirs] = [freshTenant(), freshTenant()];
    await record(theirs, 300);
    await audit.as(admin).getCheckpoint({ tenant: `tenants/${theirs}` });
    const counts = await audit.database.database.within({ tenant: mine }, async (tx) => {
      const tables = ['logs', 'events', 'tiles', 'checkpoints'] as const;
      const found: number[] = [];
      for (const table of tables) found.push((await tx.selectFrom(table).select('tenant').execute()).length);
      return found;
    });
    expect(counts).toEqual([0, 0, 0, 0]);
  });
});

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

describe('proofs', () => {
  let tenant: string;
  beforeAll(async () => {
    tenant = freshTenant();
    await record(tenant, 600);
  });
  const name = () => `tenants/${tenant}`;

  it('verify for any event against any head that includes it', async () => {
    const reader = audit.as(userOf(tenant, 'read'));
    const { verifierKey } = await reader.getCheckpoint({ tenant: name() });
    for (const [index, treeSize] of [
      [0n, 1n],
      [0n, 600n],
      [255n, 256n],
      [256n, 257n],
      [300n, 511n],
      [599n, 0n],
    ] as const) {
      const { proof } = await reader.getInclusionProof({
        tenant: name(),
        entry: { $case: 'index', value: index },
        treeSize,
      });
      const proven = proof && verifyProof(proof, [noteVerifier(verifierKey)]);
      expect(proven?.index).toBe(index);
      if (treeSize > 0n) expect(proven?.head.size).toBe(treeSize);
      else expect(proven?.head.size).toBeGreaterThanOrEqual(600n);
    }
  });

  it('show that a later head continues an earlier one', async () => {
    const reader = audit.as(userOf(tenant, 'read'));
    const { verifierKey } = await reader.getCheckpoint({ tenant: name() });
    for (const [first, second] of [
      [1n, 600n],
      [256n, 600n],
      [300n, 512n],
      [600n, 600n],
      [0n, 600n],
    ] as const) {
      const { proof } = await reader.getConsistencyProof({
        tenant: name(),
        firstTreeSize: first,
        secondTreeSize: second,
      });
      const earlier = await audit.log.heads.sign({ tenant }, tenant, first);
      const head = openCheckpoint(proof?.checkpoint ?? '', [noteVerifier(verifierKey)]);
      expect(
        verifyConsistency({
          first,
          second,
          firstRoot: earlier.head.root,
          secondRoot: head.root,
          path: proof?.hashes ?? [],
        }),
      ).toBe(true);
    }
  });

  it('are refused where there is none', async () => {
    const reader = audit.as(userOf(tenant, 'read'));
    const ask = (index: bigint, treeSize = 0n) =>
      failure(reader.getInclusionProof({ tenant: name(), entry: { $case: 'index', value: index }, treeSize }));
    expect((await ask(6_000n)).reason).toBe('INDEX_TOO_LARGE');
    expect((await ask(10n, 10n)).reason).toBe('INDEX_TOO_LARGE');
    expect((await ask(0n, 6_000n)).reason).toBe('TREE_SIZE_TOO_LARGE');
    expect((await ask(-1n)).reason).toBe('INVALID_ARGUMENT');
    expect((await ask(2n ** 63n - 1n)).reason).toBe('INDEX_TOO_LARGE');
    const unknown = reader.getInclusionProof({ tenant: name(), entry: { $case: 'eventId', value: randomUUID() } });
    expect((await failure(unknown)).reason).toBe('EVENT_NOT_FOUND');
    expect((await failure(reader.getInclusionProof({ tenant: name() }))).message).toMatch(
      /event_id or index is required/,
    );
    const backwards = reader.getConsistencyProof({ tenant: name(), firstTreeSize: 5n, secondTreeSize: 4n });
    expect((await failure(backwards)).reason).toBe('INVALID_ARGUMENT');
    const beyond = reader.getConsistencyProof({ tenant: name(), firstTreeSize: 6_000n });
    expect((await failure(beyond)).reason).toBe('TREE_SIZE_TOO_LARGE');
  });
});

describe('GetCheckpoint', () => {
  it('has a head for an empty log', async () => {
    const { checkpoint } = await audit.as(admin).getCheckpoint({ tenant: 'tenants/nobody-yet' });
    expect(checkpoint?.treeSize).toBe(0n);
    expect(checkpoint?.rootHash.toString('hex')).toMatch(/^e3b0c442/);
  });
});

describe('VerifyLog', () => {
  it('finds a log consistent and says of which head', async () => {
    const tenant = freshTenant();
    await record(tenant, 700);
    const known: string[] = [];
    for (const size of [1n, 256n, 699n]) known.push((await audit.log.heads.sign({ tenant }, tenant, size)).note);
    const { verdict, checkedEventCount } = await audit
      .as(userOf(tenant, 'read'))
      .verifyLog({ tenant: `tenants/${tenant}`, knownCheckpoints: known });
    expect(checkedEventCount).toBe(700n);
    expect(verdict).toMatchObject({ $case: 'consistent', value: { checkpoint: { treeSize: 700n } } });
  });

  it('refuses checkpoints of other logs', async () => {
    const [tenant, other] = [freshTenant(), freshTenant()];
    await record(other, 1);
    const { note } = await audit.log.heads.sign({ tenant: other }, other);
    const error = await failure(audit.as(admin).verifyLog({ tenant: `tenants/${tenant}`, knownCheckpoints: [note] }));
    expect(error.details.violations?.[0]?.field).toBe('known_checkpoints[0]');
  });
});

describe('reading', () => {
  it('is itself recorded, in the log of the tenant', async () => {
    const tenant = freshTenant();
    await record(tenant, 1);
    await audit.as(userOf(tenant, 'read')).queryEvents({ tenant: `tenants/${tenant}` });
    const deadline = Date.now() + 5_000;
    for (;;) {
      const { events } = await audit
        .as(admin)
        .queryEvents({ tenant: `tenants/${tenant}`, filter: { types: ['query_events'] } });
      const found = events.find(({ event }) => event?.principal === `tenants/${tenant}/principals/someone`);
      if (found) return expect(found.event?.service).toBe('audit');
      if (Date.now() > deadline) throw new Error('no event of the query was recorded');
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  });
});
