// Sets of positions in a run, as bitmaps: position p is bit p % 8 of byte p / 8.

/** A set of positions. */
export type Positions = Uint8Array;

const LIST = 0;
const BITMAP = 1;

/** The empty set for a run of `width` positions. */
export const noPositions = (width: number): Positions => new Uint8Array(width / 8);

/** The bytes of ascending positions: their differences as varints, or a bitmap, whichever is shorter. */
export function encodePositions(positions: readonly number[], width: number): Uint8Array {
  const list = [LIST];
  let previous = -1;
  for (const position of positions) {
    pushVarint(list, position - previous - 1);
    previous = position;
    if (list.length > width / 8) return bitmapOf(positions, width);
  }
  return Uint8Array.from(list);
}

function bitmapOf(positions: readonly number[], width: number): Uint8Array {
  const bytes = new Uint8Array(1 + width / 8);
  bytes[0] = BITMAP;
  for (const position of positions)
    bytes[1 + (position >> 3)] = (bytes[1 + (position >> 3)] ?? 0) | (1 << (position & 7));
  return bytes;
}

/** Whether encoded positions are a list of differences. */
export const isList = (bytes: Uint8Array): boolean => bytes[0] === LIST;

/** Adds encoded positions to a set. */
export function addPositions(set: Positions, bytes: Uint8Array): void {
  if (bytes[0] === BITMAP) {
    for (let at = 0; at < set.length; at += 1) set[at] = (set[at] ?? 0) | (bytes[at + 1] ?? 0);
    return;
  }
  for (const position of decodeList(bytes)) set[position >> 3] = (set[position >> 3] ?? 0) | (1 << (position & 7));
}

/** Whether a position is in a set. */
export const hasPosition = (set: Positions, position: number): boolean =>
  ((set[position >> 3] ?? 0) & (1 << (position & 7))) !== 0;

/** The positions that were encoded, ascending. */
export function decodePositions(bytes: Uint8Array): number[] {
  return bytes[0] === BITMAP ? ascending(bytes.subarray(1)) : decodeList(bytes);
}

function decodeList(bytes: Uint8Array): number[] {
  const positions: number[] = [];
  let previous = -1;
  for (const cursor = { at: 1 }; cursor.at < bytes.length;) {
    previous += readVarint(bytes, cursor) + 1;
    positions.push(previous);
  }
  return positions;
}

/** The bytes of an encoded list whose positions are all higher by as much: only its first difference is another. */
export function raisedList(bytes: Uint8Array, by: number): Uint8Array {
  if (by === 0 || bytes.length === 1) return bytes;
  const cursor = { at: 1 };
  const list = [LIST];
  pushVarint(list, readVarint(bytes, cursor) + by);
  const result = new Uint8Array(list.length + bytes.length - cursor.at);
  result.set(list);
  result.set(bytes.subarray(cursor.at), list.length);
  return result;
}

function pushVarint(list: number[], value: number): void {
  let rest = value;
  for (; rest > 127; rest >>>= 7) list.push((rest & 127) | 128);
  list.push(rest);
}

function readVarint(bytes: Uint8Array, cursor: { at: number }): number {
  let value = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[cursor.at] ?? 0;
    cursor.at += 1;
    value |= (byte & 127) << shift;
    if (byte < 128) return value;
  }
}

/** Leaves in a set what is in another as well. */
export function keepCommon(set: Positions, other: Positions): void {
  for (let at = 0; at < set.length; at += 1) set[at] = (set[at] ?? 0) & (other[at] ?? 0);
}

/** The positions in a set, ascending. */
export function ascending(set: Positions): number[] {
  const positions: number[] = [];
  for (let at = 0; at < set.length; at += 1) {
    for (let byte = set[at] ?? 0; byte !== 0; byte &= byte - 1) positions.push(at * 8 + 31 - Math.clz32(byte & -byte));
  }
  return positions;
}

/** The positions in a set from just below one down. */
export function* descending(set: Positions, below: number): Generator<number> {
  for (let at = Math.min(set.length, Math.ceil(below / 8)) - 1; at >= 0; at -= 1) {
    for (let byte = set[at] ?? 0; byte !== 0;) {
      const bit = 31 - Math.clz32(byte);
      if (at * 8 + bit < below) yield at * 8 + bit;
      byte &= ~(1 << bit);
    }
  }
}
