import { reason } from '@weir/errors';
import { createHash } from 'node:crypto';

/**
 * Makes the opaque token of the next page: the cursor, bound to the query that it continues. It holds no secret; a
 * forged cursor can only name a place in the caller's own result.
 */
export const encodePageToken = (query: unknown, cursor: readonly string[]): string =>
  Buffer.from(JSON.stringify([digest(query), ...cursor])).toString('base64url');

/** The cursor in a page token; undefined for the first page. Throws PAGE_TOKEN_INVALID for a token of another query. */
export function decodePageToken(query: unknown, token: string): readonly string[] | undefined {
  if (token === '') return undefined;
  const [bound, ...cursor] = parseToken(token);
  if (bound !== digest(query) || cursor.length === 0) throw reason('PAGE_TOKEN_INVALID');
  return cursor;
}

function parseToken(token: string): string[] {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(token, 'base64url').toString());
    if (Array.isArray(parsed) && parsed.every(isText)) return parsed;
  } catch {
    // Not ours: refused below.
  }
  throw reason('PAGE_TOKEN_INVALID');
}

// What no database takes as text is not ours either.
const isText = (part: unknown): part is string =>
  typeof part === 'string' && part.isWellFormed() && !part.includes('\0');

const digest = (query: unknown): string =>
  createHash('sha256')
    .update(JSON.stringify(query, (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value)))
    .digest('base64url')
    .slice(0, 16);
