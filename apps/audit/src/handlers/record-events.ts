import type { CallContext } from '@weir/context';
import type { RecordedEvent, RecordEventsRequest, RecordEventsResponse } from '@weir/contracts/audit';
import { invalid, reason } from '@weir/errors';
import { parse, type Unary } from '@weir/rpc';
import { z } from 'zod';
import type { Placement } from '../domain/append.ts';
import { entryOf, type Entry } from '../domain/entry.ts';
import { eventName } from '../domain/logged-event.ts';
import type { ArrivedEvents } from '../domain/wire/arrived-events.ts';
import type { PlainEvent } from '../domain/wire/plain-event.ts';
import { eventSchema, tooLarge } from './event-schema.ts';
import type { Prover } from '../log/prover.ts';
import type { Recorder } from '../log/recorder.ts';

const MIB = 2 ** 20;
const LIMITS = { plain: { events: 1_000, bytes: 3 * MIB }, proven: { events: 256, bytes: MIB } } as const;

const Request = z.object({
  events: z.array(eventSchema).min(1, 'is required'),
  includeProofs: z.boolean(),
});

/** Appends events to the logs of their tenants. */
export function recordEvents(recorder: Recorder, prover: Prover): Unary<ArrivedEvents, RecordEventsResponse> {
  return async (arrived, context) => {
    const { events: entries, includeProofs } = arrived.kind === 'plain' ? arrived : parseDecoded(arrived.request);
    checkSender(context, entries);
    checkSizes(entries, includeProofs);

    const placements = await recorder.record(entries);

    const answers = entries.map((entry, at) => toAnswer(entry, placements[at]));
    return { events: includeProofs ? await prover.proveAll(context.scope, entries, answers) : answers };
  };
}

function parseDecoded(request: RecordEventsRequest): { events: PlainEvent[]; includeProofs: boolean } {
  const { events, includeProofs } = parse(Request, request);
  return { events: events.map((event) => ({ ...entryOf(event), service: event.service })), includeProofs };
}

function checkSender({ principal }: CallContext, events: readonly PlainEvent[]): void {
  const foreign = events.find(({ service }) => principal?.subject !== `principals/${service}`);
  if (!foreign) return;
  throw reason('EVENT_SERVICE_MISMATCH', { principal: principal?.subject ?? '', service: foreign.service });
}

const NONE: readonly { field: string; description: string }[] = [];

function checkSizes(entries: readonly Entry[], proven: boolean): void {
  const limits = proven ? LIMITS.proven : LIMITS.plain;
  const bytes = entries.reduce((sum, { body }) => sum + body.length, 0);
  // Mostly no id occurs twice, whatever its tenant.
  const isRepeating = new Set(entries.map(({ id }) => id)).size < entries.length;
  const seen = new Set<string>();
  const violations = entries.flatMap((entry, at) => {
    const large = tooLarge(entry.body.length);
    if (large === undefined && !isRepeating) return NONE;
    const key = `${entry.tenant}/${entry.id}`;
    const repeated = seen.has(key);
    seen.add(key);
    return [
      ...(large === undefined ? [] : [{ field: `events[${at}]`, description: large }]),
      ...(repeated ? [{ field: `events[${at}].id`, description: 'occurs twice for its tenant' }] : []),
    ];
  });
  const suffix = proven ? ' with include_proofs' : '';
  if (entries.length > limits.events) {
    violations.push({ field: 'events', description: `must have at most ${limits.events} items${suffix}` });
  }
  if (bytes > limits.bytes)
    violations.push({ field: 'events', description: `must have at most ${limits.bytes} bytes${suffix}` });
  if (violations.length > 0) throw invalid(violations);
}

function toAnswer({ tenant, id }: Entry, placement: Placement | undefined): RecordedEvent {
  if (!placement) throw new Error(`event ${id} got no place`);
  const { index, leafHash, alreadyRecorded } = placement;
  return { name: eventName(tenant, id), index, leafHash: Buffer.from(leafHash), alreadyRecorded, proof: undefined };
}
