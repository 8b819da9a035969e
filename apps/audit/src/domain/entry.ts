import type { Sensitivity } from '@weir/contracts/options';
import { Event } from '@weir/contracts/audit';

/** An event on its way into a log. */
export interface Entry {
  /** The id of the tenant: "acme". */
  readonly tenant: string;
  readonly id: string;
  readonly sensitivity: Sensitivity;
  /** The event bytes, but for the time of recording that comes last. */
  readonly body: Buffer;
}

/** An event in its log: its bytes, and the columns beside them. */
export interface StoredEvent {
  readonly index: bigint;
  readonly id: string;
  readonly recordedAt: Date;
  readonly sensitivity: number;
  readonly bytes: Buffer;
}

/** As much of an event in its log as a query answers. */
export type FoundEvent = Pick<StoredEvent, 'index' | 'id' | 'bytes'>;

const PREFIX = 'tenants/';
// Field 23, recorded_at, with its length: it ends the event bytes, so they are a body and a stamp.
const STAMP_TAG = Buffer.of(0xba, 0x01);

/** The entry of a valid event. The fields that only audit sets are left out. */
export function entryOf(event: Event): Entry {
  return toEntry({ ...event, details: sorted(event.details), recordedAt: undefined, retentionCertificate: undefined });
}

/** The entry of an event that audit itself writes, with the fields that only audit sets. */
export const ownEntry = (event: Event): Entry => toEntry({ ...event, recordedAt: undefined });

const toEntry = (event: Event): Entry => ({
  tenant: event.tenant.slice(PREFIX.length),
  id: event.id,
  sensitivity: event.sensitivity,
  body: asBuffer(Event.encode(event).finish()),
});

/** What ends the bytes of an event recorded at this time. */
export const stampOf = (recordedAt: Date): Buffer =>
  asBuffer(Event.encode({ ...Event.fromPartial({}), recordedAt }).finish());

/** Whether the bytes in a log are those of this entry, whenever it was recorded. */
export function isSame(bytes: Buffer, { body }: Entry): boolean {
  const stamp = bytes.subarray(body.length);
  return (
    bytes.subarray(0, body.length).equals(body) &&
    stamp.subarray(0, 2).equals(STAMP_TAG) &&
    stamp[2] === stamp.length - 3
  );
}

/** A map has no order on the wire; in the bytes that are hashed it has one, so that a repeat is the same. */
function sorted(value: unknown): Record<string, unknown> | undefined {
  return isRecord(value) ? sortKeys(value) : undefined;
}

const sortKeys = (record: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(
    Object.keys(record)
      .sort()
      .map((key) => [key, sortInside(record[key])]),
  );

function sortInside(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortInside);
  return isRecord(value) ? sortKeys(value) : value;
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

const asBuffer = ({ buffer, byteOffset, length }: Uint8Array): Buffer => Buffer.from(buffer, byteOffset, length);
