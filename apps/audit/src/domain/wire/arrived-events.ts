import type { MessageType } from '@weir/contracts';
import { RecordEventsRequest } from '@weir/contracts/audit';
import { readEnd, type Cursor } from './cursor.ts';
import { readPlainEvent, type PlainEvent, type Strings } from './plain-event.ts';

/** A request as it arrived: its events read from their bytes where that is possible for all of them, or else decoded. */
export type ArrivedEvents =
  | { readonly kind: 'plain'; readonly events: readonly PlainEvent[]; readonly includeProofs: boolean }
  | { readonly kind: 'decoded'; readonly request: RecordEventsRequest };

/** The type of the request of RecordEvents, as the server decodes it. */
export const arrivedEvents: Pick<MessageType<unknown>, 'encode' | 'toJSON' | 'fromJSON' | 'fromPartial'> & {
  decode(input: Parameters<typeof RecordEventsRequest.decode>[0]): ArrivedEvents;
} = {
  ...(RecordEventsRequest as MessageType<unknown>),
  decode(input) {
    if (!(input instanceof Uint8Array)) return { kind: 'decoded', request: RecordEventsRequest.decode(input) };
    const bytes = Buffer.from(input.buffer, input.byteOffset, input.byteLength);
    return readPlain(bytes) ?? { kind: 'decoded', request: RecordEventsRequest.decode(bytes) };
  },
};

const [EVENTS, INCLUDE_PROOFS] = [10, 16];

function readPlain(bytes: Buffer): ArrivedEvents | undefined {
  const cursor: Cursor = { bytes, at: 0, ok: true };
  const events: PlainEvent[] = [];
  const strings = recentStrings();
  let includeProofs = false;
  while (cursor.at < bytes.length) {
    const tag = bytes[cursor.at];
    cursor.at += 1;
    if (tag === EVENTS && !includeProofs) {
      const event = readPlainEvent(cursor, readEnd(cursor, bytes.length), strings);
      if (!event) return undefined;
      events.push(event);
    } else if (tag === INCLUDE_PROOFS && bytes[cursor.at] === 1) {
      cursor.at += 1;
      includeProofs = true;
    } else return undefined;
  }
  return events.length === 0 ? undefined : { kind: 'plain', events, includeProofs };
}

/** Neighbouring events mostly have the same tenant and the same service: their texts are made once. */
function recentStrings(): Strings {
  const recent: { start: number; end: number; text: string }[] = [];
  return (bytes, start, end) => {
    const found = recent.find(
      (one) => one.end - one.start === end - start && bytes.compare(bytes, one.start, one.end, start, end) === 0,
    );
    if (found) return found.text;
    const text = bytes.toString('utf8', start, end);
    if (recent.length < 8) recent.push({ start, end, text });
    return text;
  };
}
