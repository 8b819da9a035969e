/** Bytes that are read from `at` on; `ok` turns false, and stays so, at the first thing that is not plain. */
export interface Cursor {
  readonly bytes: Buffer;
  at: number;
  ok: boolean;
}

const DIGITS = 7;
/** What fits a number without losing digits. */
const MAX_BYTES = 7;

/** Reads a number as every encoder writes it: not negative, in the fewest bytes. */
export function readVarint(cursor: Cursor): number {
  const { bytes } = cursor;
  const first = bytes[cursor.at] ?? 0;
  cursor.at += 1;
  if (first < 128) return first;
  let value = first & 127;
  for (let read = 1, scale = 128; read < MAX_BYTES; read += 1, scale *= 2 ** DIGITS) {
    const byte = bytes[cursor.at] ?? 0;
    cursor.at += 1;
    value += (byte & 127) * scale;
    if (byte < 128) {
      cursor.ok &&= byte > 0;
      return value;
    }
  }
  cursor.ok = false;
  return value;
}

/** Reads a length and returns where what it measures ends; that is never beyond `end`. */
export function readEnd(cursor: Cursor, end: number): number {
  const length = readVarint(cursor);
  const to = cursor.at + length;
  if (to <= end) return to;
  cursor.ok = false;
  return end;
}
