import { isUtf8 } from 'node:buffer';

/** Whether the bytes of a text are of the plain kind. */
export type TextTest = (bytes: Buffer, start: number, end: number) => boolean;

const BYTE_ORDER_MARK = 0xef;

/** Text that is the same after it was decoded and encoded: UTF-8 without controls and without a byte order mark. */
export function isText(bytes: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte < 32) return false;
    if (byte > 127)
      return bytes[start] !== BYTE_ORDER_MARK && isUtf8(bytes.subarray(start, end)) && hasNoControl(bytes, at, end);
  }
  return true;
}

function hasNoControl(bytes: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at += 1) if ((bytes[at] ?? 0) < 32) return false;
  return true;
}

const isDigit = (byte: number): boolean => byte >= 48 && byte <= 57;
const isLower = (byte: number): boolean => byte >= 97 && byte <= 122;
const isUpper = (byte: number): boolean => byte >= 65 && byte <= 90;
const isHex = (byte: number): boolean => isDigit(byte) || (byte >= 97 && byte <= 102);
const DASH = 45;
const UNDERSCORE = 95;

/** A UUID in lower case. */
export function isUuid(bytes: Buffer, start: number, end: number): boolean {
  if (end - start !== 36) return false;
  for (let at = 0; at < 36; at += 1) {
    const byte = bytes[start + at] ?? 0;
    const isRight = at === 8 || at === 13 || at === 18 || at === 23 ? byte === DASH : isHex(byte);
    if (!isRight) return false;
  }
  return true;
}

/** 32 lower-case hexadecimal digits. */
export function isTraceId(bytes: Buffer, start: number, end: number): boolean {
  if (end - start !== 32) return false;
  for (let at = start; at < end; at += 1) if (!isHex(bytes[at] ?? 0)) return false;
  return true;
}

/** snake_case, 1 to 64 characters. */
export function isSnake(bytes: Buffer, start: number, end: number): boolean {
  if (end - start > 64 || !isLower(bytes[start] ?? 0)) return false;
  for (let at = start; at < end; at += 1) {
    const byte = bytes[at] ?? 0;
    if (!isLower(byte) && !isDigit(byte) && byte !== UNDERSCORE) return false;
  }
  return end > start;
}

/** UPPER_SNAKE, 1 to 128 characters. */
export function isUpperSnake(bytes: Buffer, start: number, end: number): boolean {
  if (end - start > 128 || !isUpper(bytes[start] ?? 0)) return false;
  for (let at = start; at < end; at += 1) {
    const byte = bytes[at] ?? 0;
    if (!isUpper(byte) && !isDigit(byte) && byte !== UNDERSCORE) return false;
  }
  return end > start;
}

const TENANTS = Buffer.from('tenants/');

/** "tenants/<id>". */
export function isTenantName(bytes: Buffer, start: number, end: number): boolean {
  const from = start + TENANTS.length;
  if (end - from < 3 || end - from > 63) return false;
  for (let at = 0; at < TENANTS.length; at += 1) if (bytes[start + at] !== TENANTS[at]) return false;
  if (!isLower(bytes[from] ?? 0) || bytes[end - 1] === DASH) return false;
  for (let at = from; at < end; at += 1) {
    const byte = bytes[at] ?? 0;
    if (!isLower(byte) && !isDigit(byte) && byte !== DASH) return false;
  }
  return true;
}

/** Text of at most so many bytes, and hence characters. */
export const isTextUpTo =
  (max: number): TextTest =>
  (bytes, start, end) =>
    end - start <= max && isText(bytes, start, end);
