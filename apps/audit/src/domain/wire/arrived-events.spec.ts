import { type Event, type Outcome, RecordEventsRequest } from '@weir/contracts/audit';
import { type Sensitivity } from '@weir/contracts/options';
import fc from 'fast-check';
import { z } from 'zod';
import { eventSchema } from '../../handlers/event-schema.ts';
import { sampleEvent } from '../../testing/sample-event.ts';
import { entryOf } from '../entry.ts';
import { arrivedEvents } from './arrived-events.ts';

const schema = z.array(eventSchema).min(1);

/** What the slow way makes of a request; undefined when it refuses it. */
function slowly(bytes: Buffer) {
  const { events } = RecordEventsRequest.decode(bytes);
  const parsed = schema.safeParse(events);
  return parsed.success ? parsed.data.map((event) => ({ ...entryOf(event), service: event.service })) : undefined;
}

const bytesOf = (events: readonly Event[], includeProofs = false): Buffer =>
  Buffer.from(RecordEventsRequest.encode({ events: [...events], includeProofs }).finish());

function expectAgreement(bytes: Buffer): boolean {
  const expected = slowly(Buffer.from(bytes));
  const arrived = arrivedEvents.decode(bytes);
  if (arrived.kind === 'decoded') return false;
  expect(arrived.events).toEqual(expected);
  return true;
}

const text = (max: number) => fc.oneof(fc.string({ maxLength: max }), fc.string({ unit: 'binary', maxLength: max }));
const json: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof({ maxDepth: 4 }, fc.double(), fc.boolean(), fc.constant(null), text(12), tie('list'), tie('struct')),
  list: fc.array(tie('value'), { maxLength: 3 }),
  struct: fc.dictionary(text(6), tie('value'), { maxKeys: 4 }),
})).value;
const snake = fc.stringMatching(/^[a-z][a-z0-9_]{0,63}$/);
const events: fc.Arbitrary<Event> = fc
  .record(
    {
      id: fc.oneof(fc.uuid(), text(40)),
      time: fc.date(),
      tenant: fc.oneof(fc.stringMatching(/^tenants\/[a-z][a-z0-9-]{1,61}[a-z0-9]$/), text(20)),
      principal: text(600),
      service: text(70),
      method: text(20),
      type: fc.oneof(snake, text(5)),
      resource: text(600),
      processingType: fc.oneof(snake, fc.constant('')),
      sensitivity: fc.integer({ min: 0, max: 6 }) as fc.Arbitrary<Sensitivity>,
      dataSizeBytes: fc.bigInt({ min: -1n, max: 2n ** 63n - 1n }),
      outcome: fc.integer({ min: 0, max: 5 }) as fc.Arbitrary<Outcome>,
      errorReason: fc.oneof(fc.stringMatching(/^[A-Z][A-Z0-9_]{0,127}$/), text(3)),
      duration: fc.record({
        seconds: fc.bigInt(-1n, 400_000_000_000n),
        nanos: fc.integer({ min: -1, max: 1_000_000_000 }),
      }),
      traceId: fc.oneof(fc.stringMatching(/^[0-9a-f]{32}$/), text(4)),
      policyRevision: fc.bigInt(-1n, 2n ** 60n),
      complianceFlags: fc.array(snake, { maxLength: 34 }),
      details: fc.dictionary(text(8), json, { maxKeys: 5 }),
      recordedAt: fc.date(),
    },
    { requiredKeys: [] },
  )
  .map((fields) => sampleEvent(fields));

const usual = fc
  .record({ details: fc.dictionary(fc.stringMatching(/^[a-z]{1,5}$/), json, { maxKeys: 6 }), resource: text(20) })
  .map(({ details, resource }) => sampleEvent({ details, resource }));

describe('events read from their bytes', () => {
  it('are what decoding, the schema and sorting make of them', () => {
    let plain = 0;
    fc.assert(
      fc.property(
        fc.array(fc.oneof(usual, usual, events), { minLength: 1, maxLength: 2 }),
        fc.boolean(),
        (list, proofs) => {
          if (expectAgreement(bytesOf(list, proofs))) plain += 1;
        },
      ),
      { numRuns: 300 },
    );
    expect(plain).toBeGreaterThan(50);
  });

  it('are refused or the same whatever is done to the bytes', () => {
    const request = bytesOf([
      sampleEvent({
        details: { b: 1, a: { d: [true, null, 'x'], c: 'ü' }, e: {} },
        duration: { seconds: 1n, nanos: 5 },
      }),
    ]);
    const damage = fc.record({
      at: fc.nat(request.length - 1),
      byte: fc.nat(255),
      removed: fc.nat(3),
      inserted: fc.uint8Array({ maxLength: 3 }),
    });
    fc.assert(
      fc.property(damage, ({ at, byte, removed, inserted }) => {
        const bytes = Buffer.concat([
          request.subarray(0, at),
          Buffer.of(byte),
          inserted,
          request.subarray(at + removed),
        ]);
        let isMessage = true;
        try {
          RecordEventsRequest.decode(Buffer.from(bytes));
        } catch {
          isMessage = false;
        }
        if (isMessage) expectAgreement(bytes);
        else expect(() => arrivedEvents.decode(bytes)).toThrow();
      }),
      { numRuns: 1_500 },
    );
  });

  it('need no decoding when they are of the usual kind', () => {
    const list = [
      { rows: 1, note: 'a "note"' },
      { b: { z: 1, y: [1, 2, null] }, a: false },
    ].map((details) => sampleEvent({ details }));
    expect(arrivedEvents.decode(bytesOf(list, true))).toMatchObject({ kind: 'plain', includeProofs: true });
  });
});
