import { Outcome } from '@weir/contracts/audit';
import { Sensitivity } from '@weir/contracts/options';
import type { Entry } from '../entry.ts';
import { MAX_DETAILS_BYTES, MAX_DURATION_SECONDS, MAX_EVENT_BYTES, MAX_FLAGS, TEXT_LIMITS } from '../event-limits.ts';
import { readEnd, readVarint, type Cursor } from './cursor.ts';
import { sortStruct } from './plain-struct.ts';
import { isSnake, isTenantName, isTextUpTo, isTraceId, isUpperSnake, isUuid, type TextTest } from './plain-text.ts';

/** An event whose bytes are those of its entry as they came, and who sent it. */
export interface PlainEvent extends Entry {
  readonly service: string;
}

const ID = 1;
const TIME = 2;
const TENANT = 3;
const SERVICE = 6;
const TYPE = 8;
const SENSITIVITY = 13;
const DATA_SIZE = 14;
const OUTCOME = 15;
const ERROR_REASON = 16;
const DURATION = 17;
const POLICY_REVISION = 19;
const FLAGS = 20;
const DETAILS = 21;

const REQUIRED = [ID, TIME, TENANT, SERVICE, TYPE, SENSITIVITY, OUTCOME].reduce(
  (mask, field) => mask | (1 << field),
  0,
);
const name = isTextUpTo(TEXT_LIMITS.name);
const TEXTS: readonly (TextTest | undefined)[] = Object.assign(Array<TextTest | undefined>(32).fill(undefined), {
  [ID]: isUuid,
  [TENANT]: isTenantName,
  4: name, // principal
  5: name, // actor
  [SERVICE]: isTextUpTo(TEXT_LIMITS.service),
  7: isTextUpTo(TEXT_LIMITS.method),
  [TYPE]: isSnake,
  9: name, // resource
  10: name, // agent
  11: name, // dataset
  12: isSnake, // processing_type
  [ERROR_REASON]: isUpperSnake,
  18: isTraceId,
  [FLAGS]: isSnake,
});
const SENSITIVITIES = new Set<number>(Object.values(Sensitivity).filter((value) => value > 0));
const OUTCOMES = new Set<number>(Object.values(Outcome).filter((value) => value > 0));
/** In JSON a struct takes less than three times its bytes. */
const MAX_PLAIN_DETAILS = MAX_DETAILS_BYTES / 3;
/** The first second of the year 10000. */
const MAX_SECONDS = 253_402_300_800;

/**
 * Reads an event that needs no more than a look at its bytes, up to `end`: what is returned is what decoding, the schema and
 * `entryOf` would make of it. Undefined for all others, which may well be valid; a specification compares the two ways.
 */
export function readPlainEvent(cursor: Cursor, end: number, strings: Strings): PlainEvent | undefined {
  const start = cursor.at;
  if (end - start > MAX_EVENT_BYTES) return undefined;
  const seen: Seen = { fields: 0, last: 0, flags: 0, id: start, sensitivity: 0, outcome: 0, tenant: '', service: '' };
  while (cursor.ok && cursor.at < end) readField(cursor, end, seen, strings);
  const isWhole = cursor.ok && (seen.fields & REQUIRED) === REQUIRED;
  const isExplained = seen.outcome === Outcome.SUCCEEDED || (seen.fields & (1 << ERROR_REASON)) !== 0;
  if (!isWhole || !isExplained) return undefined;
  return {
    tenant: seen.tenant,
    id: cursor.bytes.toString('latin1', seen.id, seen.id + 36),
    sensitivity: seen.sensitivity,
    body: cursor.bytes.subarray(start, end),
    service: seen.service,
  };
}

/** Makes texts that come again and again from their bytes. */
export type Strings = (bytes: Buffer, start: number, end: number) => string;

interface Seen {
  fields: number;
  last: number;
  flags: number;
  id: number;
  sensitivity: Sensitivity;
  outcome: number;
  tenant: string;
  service: string;
}

function readField(cursor: Cursor, end: number, seen: Seen, strings: Strings): void {
  const tag = readVarint(cursor);
  const field = tag >>> 3;
  // Encoders write fields in ascending order, and each once but for lists.
  if (field < seen.last || (field === seen.last && field !== FLAGS)) cursor.ok = false;
  seen.last = field;
  seen.fields |= 1 << field;
  if ((tag & 7) === 2) readSized(cursor, end, field, seen, strings);
  else if ((tag & 7) === 0) readScalar(cursor, field, seen);
  else cursor.ok = false;
}

function readSized(cursor: Cursor, end: number, field: number, seen: Seen, strings: Strings): void {
  const to = readEnd(cursor, end);
  const { at, bytes } = cursor;
  const test = TEXTS[field];
  if (test) {
    cursor.ok &&= to > at && test(bytes, at, to);
    cursor.at = to;
    if (field === ID) seen.id = at;
    else if (field === TENANT) seen.tenant = strings(bytes, at + 'tenants/'.length, to);
    else if (field === SERVICE) seen.service = strings(bytes, at, to);
    else if (field === FLAGS) cursor.ok &&= (seen.flags += 1) <= MAX_FLAGS;
  } else if (field === TIME) readTime(cursor, to, MAX_SECONDS, 1_000_000);
  else if (field === DURATION) readTime(cursor, to, MAX_DURATION_SECONDS + 1, 1);
  else if (field === DETAILS && to - at <= MAX_PLAIN_DETAILS) sortStruct(cursor, to);
  else cursor.ok = false;
}

function readScalar(cursor: Cursor, field: number, seen: Seen): void {
  const value = readVarint(cursor);
  if (field === SENSITIVITY) {
    seen.sensitivity = value as Sensitivity;
    cursor.ok &&= SENSITIVITIES.has(value);
  } else if (field === OUTCOME) {
    seen.outcome = value;
    cursor.ok &&= OUTCOMES.has(value);
  } else cursor.ok &&= field === DATA_SIZE || (field === POLICY_REVISION && value > 0);
}

const [SECONDS, NANOS] = [8, 16];

/** A Timestamp or a Duration of less than `limit` seconds, in whole units of so many nanoseconds. */
function readTime(cursor: Cursor, to: number, limit: number, unit: number): void {
  const { bytes } = cursor;
  if (bytes[cursor.at] === SECONDS) {
    cursor.at += 1;
    const seconds = readVarint(cursor);
    cursor.ok &&= seconds > 0 && seconds < limit;
  }
  if (cursor.at < to && bytes[cursor.at] === NANOS) {
    cursor.at += 1;
    const nanos = readVarint(cursor);
    cursor.ok &&= nanos > 0 && nanos < 1e9 && nanos % unit === 0;
  }
  cursor.ok &&= cursor.at === to;
}
