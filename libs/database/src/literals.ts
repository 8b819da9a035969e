/** A value as SQL text. Arrays become array literals, so the statement has to say of what: `${names}::text[]`. */
export function literalOf(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') return `'${value}'`;
  return quoted(Array.isArray(value) ? `{${value.map(elementOf).join(',')}}` : textOf(value));
}

/** A statement with its parameters written into it: `$1` stands for the first. */
export const inlined = (sql: string, parameters: readonly unknown[]): string =>
  sql.replaceAll(/\$(\d+)/g, (_, number: string) => {
    if (Number(number) > parameters.length) throw new TypeError(`parameter $${number} is missing`);
    return literalOf(parameters[Number(number) - 1]);
  });

/**
 * A string constant, as `pg.escapeLiteral` makes it, but not character by character: of a statement of some kilobytes
 * that leaves ten times as much garbage.
 */
function quoted(text: string): string {
  const doubled = text.includes("'") ? text.replaceAll("'", "''") : text;
  return doubled.includes('\\') ? ` E'${doubled.replaceAll('\\', '\\\\')}'` : `'${doubled}'`;
}

const SPECIAL = /["\\]/;

function elementOf(value: unknown): string {
  if (value === null || value === undefined) return 'NULL';
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') return String(value);
  const text = textOf(value);
  return `"${SPECIAL.test(text) ? text.replaceAll(/["\\]/g, '\\$&') : text}"`;
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value instanceof Date) return value.toISOString();
  if (Buffer.isBuffer(value)) return `\\x${value.toString('hex')}`;
  throw new TypeError(`no literal for ${typeof value}`);
}
