import { randomUUID } from 'node:crypto';
import { logVerdict } from '@weir/client';
import { Event, Outcome } from '@weir/contracts/audit';
import { noteVerifier, verifyProof } from '@weir/merkle';
import { failure } from './testing/outcomes.ts';
import {
  admin,
  freshTenant,
  sampleEvent,
  service,
  startTestAudit,
  userOf,
  type TestAudit,
} from './testing/start-audit.ts';

let audit: TestAudit;
beforeAll(async () => {
  audit = await startTestAudit();
}, 60_000);
afterAll(() => audit[Symbol.asyncDispose]());

const record = (tenant: string, count: number, fields?: (at: number) => Partial<Event>) =>
  audit.record(tenant, count, fields);

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

  it('sequences what many send for several tenants at once, each call whole', async () => {
    const tenants = Array.from({ length: 4 }, freshTenant);
    // Every call has events of the next tenant too, so that what is written side by side meets again and again.
    const eventsOf = (call: number): Event[] =>
      [call, call + 1].flatMap((next) =>
        Array.from({ length: 40 }, () => sampleEvent({ tenant: `tenants/${tenants[next % 4]}` })),
      );
    const sent = Array.from({ length: 60 }, (_, call) => eventsOf(call).slice(0, call % 3 === 0 ? 80 : 40));
    const answers = await Promise.all(sent.map((events) => audit.as(service('agent')).recordEvents({ events })));
    const places = answers.flatMap(({ events }) =>
      events.map(({ name, index }) => [name.split('/')[1], index] as const),
    );
    for (const tenant of tenants) {
      const indexes = places.filter(([owner]) => owner === tenant).map(([, index]) => Number(index));
      const count = sent.flat().filter((event) => event.tenant === `tenants/${tenant}`).length;
      expect(indexes.toSorted((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, at) => at));
      const { verdict } = await logVerdict(audit.as(userOf(tenant, 'read')).verifyLog({ tenant: `tenants/${tenant}` }));
      expect(verdict.$case).toBe('consistent');
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
