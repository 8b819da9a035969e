import { isDeepStrictEqual } from 'node:util';
import { Event, LoggedEvent } from '@weir/contracts/audit';
import type { ProvenEvent } from '@weir/merkle';
import { messageFromJson } from '../proto-json.ts';

/** Whether the readable form of a logged event (proto3 JSON) says what its proven bytes say. */
export function saysTheSame(readable: object, { event: bytes, index }: ProvenEvent): boolean {
  const event = Event.decode(bytes);
  const copy = readLogged(readable);
  return (
    copy !== undefined &&
    copy.index === index &&
    copy.name === `${event.tenant}/events/${event.id}` &&
    isDeepStrictEqual(copy.event, event)
  );
}

function readLogged(readable: object): LoggedEvent | undefined {
  try {
    return messageFromJson('weir.audit.v1.LoggedEvent', LoggedEvent, JSON.stringify(readable)) as LoggedEvent;
  } catch {
    // Not a logged event, whatever else it is.
    return undefined;
  }
}
