import { invalid, type FieldViolation } from '@weir/errors';
import type { Interceptor } from '../interceptor.ts';
import { snakeCase } from '../validation/field-reader.ts';

const MAX_TEXT = 262_144;
const MAX_VIOLATIONS = 50;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/**
 * What holds for every message: no NUL in text (PostgreSQL cannot store it), no text over 262,144 characters, a
 * `request_id` that is a UUID, a `page_size` that is not negative. What holds for one method is in its handler's schema.
 */
export const validate: Interceptor = () => (call, next) => {
  const violations: FieldViolation[] = [];
  inspect(call.request, '', violations);
  if (violations.length > 0) throw invalid(violations);
  return next(call);
};

function inspect(value: unknown, path: string, violations: FieldViolation[]): void {
  if (typeof value === 'string') inspectText(value, path, violations);
  else if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return;
  else if (Array.isArray(value)) value.forEach((item, index) => inspect(item, `${path}[${index}]`, violations));
  else inspectFields(value, path, violations);
}

function inspectFields(message: object, path: string, violations: FieldViolation[]): void {
  if (violations.length >= MAX_VIOLATIONS) return;
  for (const [key, value] of Object.entries(message)) {
    if (key === 'pageSize' && typeof value === 'number' && value < 0) {
      violations.push({ field: join(path, key), description: 'must not be negative' });
    } else if (key === 'requestId' && typeof value === 'string' && value !== '' && !UUID.test(value)) {
      violations.push({ field: join(path, key), description: 'must be a UUID' });
    } else if (value !== undefined) inspect(value, join(path, key), violations);
  }
}

function inspectText(text: string, field: string, violations: FieldViolation[]): void {
  if (text.length > MAX_TEXT) violations.push({ field, description: `must have at most ${MAX_TEXT} characters` });
  else if (text.includes('\0')) violations.push({ field, description: 'must not contain the character U+0000' });
}

// Paths are only needed when something is broken, but are short-lived strings either way.
const join = (path: string, key: string): string => {
  const name = snakeCase(key);
  return path === '' ? name : `${path}.${name}`;
};
