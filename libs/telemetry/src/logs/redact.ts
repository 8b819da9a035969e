const SECRET = /(authorization|cookie|credentials?|apikey|passphrase|password|privatekey|secrets?|tokens?)$/i;
const DEPTH = 6;

/** Copies `fields` with the values of secret keys replaced, at any depth; answers the same object when there is none. */
export const redact = (fields: Record<string, unknown>): Record<string, unknown> => redactObject(fields, DEPTH);

function redactObject(fields: Record<string, unknown>, depth: number): Record<string, unknown> {
  let copy: Record<string, unknown> | undefined;
  for (const [key, value] of Object.entries(fields)) {
    const shown = isSecret(key) ? '[redacted]' : redactValue(value, depth - 1);
    if (shown !== value) (copy ??= { ...fields })[key] = shown;
  }
  return copy ?? fields;
}

function redactValue(value: unknown, depth: number): unknown {
  if (depth === 0 || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return redactArray(value, depth);
  return isPlain(value) ? redactObject(value, depth) : value;
}

function redactArray(values: readonly unknown[], depth: number): readonly unknown[] {
  const shown = values.map((value) => redactValue(value, depth - 1));
  return shown.some((value, index) => value !== values[index]) ? shown : values;
}

// Errors, dates, buffers and secrets know themselves how to be shown.
const isPlain = (value: object): value is Record<string, unknown> => {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
};

// Log lines have few different keys; the bound keeps data that is logged by accident from filling the memory.
const known = new Map<string, boolean>();
const KNOWN_AT_MOST = 2000;

function isSecret(key: string): boolean {
  const answer = known.get(key);
  if (answer !== undefined) return answer;
  const secret = SECRET.test(key.replaceAll(/[_-]/g, ''));
  if (known.size < KNOWN_AT_MOST) known.set(key, secret);
  return secret;
}
