/** What JSON can say. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined };

/**
 * The canonical text of a value (RFC 8785): members by the UTF-16 code units of their names, numbers and strings as
 * ECMAScript writes them, no space. Members that are undefined are left out.
 */
export function canonicalJson(value: Json): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return text(value);
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new RangeError(`${value} has no JSON`);
    return JSON.stringify(value);
  }
  if (isList(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const members = Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([key, member]) => (member === undefined ? [] : [`${text(key)}:${canonicalJson(member)}`]));
  return `{${members.join(',')}}`;
}

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);

// A lone surrogate is no Unicode text; RFC 8785 has no form for it.
function text(value: string): string {
  if (!value.isWellFormed()) throw new RangeError('a lone surrogate has no canonical JSON');
  return JSON.stringify(value);
}
