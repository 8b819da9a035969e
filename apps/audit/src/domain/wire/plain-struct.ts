import { readEnd, type Cursor } from './cursor.ts';
import { isText } from './plain-text.ts';

// google.protobuf: Struct.fields, the key and the value of an entry, ListValue.values; and the kinds of Value.
const [FIELD, KEY, VALUE, ITEM] = [10, 10, 18, 10];
const [NULL, NUMBER, TEXT, BOOL, STRUCT, LIST] = [8, 17, 26, 32, 42, 50];
const MAX_DEPTH = 12;

interface Entry {
  readonly start: number;
  readonly end: number;
  readonly keyStart: number;
  readonly keyEnd: number;
}

/**
 * Brings the entries of a plain Struct, and of those inside it, into the order of their keys, where they are. Plain is
 * what decoding, sorting and encoding again would leave as it is but for that order.
 */
export function sortStruct(cursor: Cursor, end: number, depth = 0): void {
  const entries: Entry[] = [];
  let isSorted = true;
  while (cursor.ok && cursor.at < end) {
    const entry = readEntry(cursor, end, depth);
    const previous = entries.at(-1);
    isSorted &&= !previous || compareKeys(cursor.bytes, previous, entry) < 0;
    entries.push(entry);
  }
  if (cursor.ok && !isSorted) permute(cursor, entries);
}

function readEntry(cursor: Cursor, end: number, depth: number): Entry {
  const { bytes } = cursor;
  const start = cursor.at;
  cursor.ok &&= bytes[cursor.at++] === FIELD;
  const entryEnd = readEnd(cursor, end);
  cursor.ok &&= bytes[cursor.at++] === KEY;
  const keyEnd = readEnd(cursor, entryEnd);
  const keyStart = cursor.at;
  cursor.ok &&= isPlainKey(bytes, keyStart, keyEnd);
  cursor.at = keyEnd;
  cursor.ok &&= bytes[cursor.at++] === VALUE;
  const valueEnd = readEnd(cursor, entryEnd);
  cursor.ok &&= valueEnd === entryEnd;
  readValue(cursor, valueEnd, depth);
  return { start, end: entryEnd, keyStart, keyEnd };
}

/** Keys whose order is that of their bytes. JavaScript puts numbers first, and "__proto__" is no key to it. */
function isPlainKey(bytes: Buffer, start: number, end: number): boolean {
  const first = bytes[start] ?? 0;
  if (start === end || (first >= 48 && first <= 57) || first === 95) return false;
  for (let at = start; at < end; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte < 32 || byte > 126) return false;
  }
  return true;
}

function readValue(cursor: Cursor, end: number, depth: number): void {
  const { bytes } = cursor;
  const kind = bytes[cursor.at++];
  if (!cursor.ok || depth > MAX_DEPTH) cursor.ok = false;
  else if (kind === NULL) cursor.ok = bytes[cursor.at++] === 0;
  else if (kind === BOOL) cursor.ok = (bytes[cursor.at++] ?? 2) < 2;
  else if (kind === NUMBER) readNumber(cursor, end);
  else if (kind === TEXT || kind === STRUCT || kind === LIST) readNested(cursor, kind, end, depth);
  else cursor.ok = false;
  cursor.ok &&= cursor.at === end;
}

function readNumber(cursor: Cursor, end: number): void {
  cursor.ok = cursor.at + 8 === end && Number.isFinite(cursor.bytes.readDoubleLE(cursor.at));
  cursor.at += 8;
}

function readNested(cursor: Cursor, kind: number, end: number, depth: number): void {
  const to = readEnd(cursor, end);
  if (kind === TEXT) {
    cursor.ok &&= isText(cursor.bytes, cursor.at, to);
    cursor.at = to;
  } else if (kind === STRUCT) sortStruct(cursor, to, depth + 1);
  else {
    while (cursor.ok && cursor.at < to) {
      cursor.ok = cursor.bytes[cursor.at++] === ITEM;
      readValue(cursor, readEnd(cursor, to), depth + 1);
    }
  }
}

const compareKeys = (bytes: Buffer, a: Entry, b: Entry): number =>
  bytes.compare(bytes, b.keyStart, b.keyEnd, a.keyStart, a.keyEnd);

function permute(cursor: Cursor, entries: readonly Entry[]): void {
  const { bytes } = cursor;
  const sorted = entries.toSorted((a, b) => compareKeys(bytes, a, b));
  // The last of two entries with one key counts: for the slow way to find out.
  cursor.ok = sorted.every((entry, at) => at === 0 || compareKeys(bytes, sorted[at - 1] ?? entry, entry) < 0);
  const [first] = entries;
  if (!cursor.ok || !first) return;
  const parts = sorted.map(({ start, end }) => bytes.subarray(start, end));
  Buffer.concat(parts).copy(bytes, first.start);
}
