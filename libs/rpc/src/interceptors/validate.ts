import { invalid, type FieldViolation } from '@weir/errors';
import type { Interceptor } from '../interceptor.ts';
import { isOneof, join } from '../validation/field-path.ts';

const MAX_TEXT = 262_144;
const MAX_VIOLATIONS = 50;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/**
 * What holds for every message: no NUL in text (PostgreSQL cannot store it), no text over 262,144 characters, a
 * `request_id` that is a UUID, a `page_size` that is not negative. What holds for one method is in its handler's schema.
 */
export const validate: Interceptor = (method) => {
  if (!method.requestStream) {
    return (call, next) => {
      check(call.request);
      return next(call);
    };
  }
  return (call, next) => {
    if (call.messages) call.messages = checked(call.messages);
    // The first message is there already; a refusal of it must not wait until the handler asks for it.
    check(call.request);
    return next(call);
  };
};

async function* checked(messages: AsyncIterable<unknown>): AsyncGenerator {
  for await (const message of messages) {
    check(message);
    yield message;
  }
}

function check(message: unknown): void {
  const violations: FieldViolation[] = [];
  if (typeof message === 'object' && message !== null) inspectOwn(message, violations);
  if (!isSound(message)) inspect(message, '', violations);
  if (violations.length > 0) throw invalid(violations);
}

/** Whether `inspect` would find nothing. It says no more than that, so it needs no paths, which take the time. */
function isSound(value: unknown): boolean {
  if (typeof value === 'string') return isSoundText(value);
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return true;
  if (Array.isArray(value)) return value.every(isSound);
  for (const key in value) {
    if (!isSoundText(key) || !isSound((value as Record<string, unknown>)[key])) return false;
  }
  return true;
}

const isSoundText = (text: string): boolean => text.length <= MAX_TEXT && !text.includes('\0');

/** Fields that mean the same in every request; deeper down a key may be anything. */
function inspectOwn(message: object, violations: FieldViolation[]): void {
  if ('pageSize' in message && typeof message.pageSize === 'number' && message.pageSize < 0) {
    violations.push({ field: 'page_size', description: 'must not be negative' });
  }
  if ('requestId' in message && typeof message.requestId === 'string' && !isUuidOrEmpty(message.requestId)) {
    violations.push({ field: 'request_id', description: 'must be a UUID' });
  }
}

const isUuidOrEmpty = (text: string): boolean => text === '' || UUID.test(text);

function inspect(value: unknown, path: string, violations: FieldViolation[]): void {
  if (typeof value === 'string') inspectText(value, path, violations);
  else if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return;
  else if (Array.isArray(value)) inspectItems(value, path, violations);
  else inspectFields(value, path, violations);
}

function inspectItems(items: readonly unknown[], path: string, violations: FieldViolation[]): void {
  for (const [index, item] of items.entries()) {
    if (violations.length >= MAX_VIOLATIONS) return;
    // The path is only worth its while for what has text in it.
    if (typeof item === 'object' || typeof item === 'string') inspect(item, `${path}[${index}]`, violations);
  }
}

function inspectFields(message: object, path: string, violations: FieldViolation[]): void {
  for (const [key, value] of Object.entries(message) as [string, unknown][]) {
    if (violations.length >= MAX_VIOLATIONS) return;
    // A key of a map may be any text.
    inspectText(key, path, violations);
    if (typeof value === 'string') inspectText(value, join(path, key), violations);
    else if (isOneof(value)) inspect(value.value, join(path, value.$case), violations);
    else if (typeof value === 'object') inspect(value, join(path, key), violations);
  }
}

function inspectText(text: string, field: string, violations: FieldViolation[]): void {
  if (text.length > MAX_TEXT) violations.push({ field, description: `must have at most ${MAX_TEXT} characters` });
  else if (text.includes('\0')) violations.push({ field, description: 'must not contain the character U+0000' });
}
