import { reason } from '@weir/errors';
import { invalid } from './claims.ts';

/** What the header of a token says of its signature. */
export interface TokenHeader {
  readonly alg: Algorithm;
  readonly kid: string;
}

/** How tokens are signed; nothing else is accepted (RFC 8725, 3.1). */
export type Algorithm = 'ES256' | 'RS256';

const MAX_BYTES = 8_192;

/** The types of an access token, and no other (RFC 9068, 4; RFC 8725, 3.11). */
const ACCESS_TOKEN: ReadonlySet<unknown> = new Set(['at+jwt', 'application/at+jwt']);

// A token must not bring its own key, nor say where to get one (RFC 8725, 3.10), nor what we would have to understand.
const FORBIDDEN = ['jwk', 'jku', 'x5u', 'x5c', 'crit', 'b64'];

/**
 * Reads the header of a token, before anything of it is trusted. Throws TOKEN_MALFORMED for what is no signed JWT at
 * all, TOKEN_INVALID for one that is not an access token of this platform.
 */
export function readHeader(token: string): TokenHeader {
  const { alg, typ, kid, ...others } = parse(token);
  if (!ACCESS_TOKEN.has(typ)) throw invalid('it is not an access token');
  if (alg !== 'ES256' && alg !== 'RS256') throw invalid('its algorithm is not accepted');
  if (FORBIDDEN.some((name) => name in others)) throw invalid('its header carries what is not accepted');
  if (typeof kid !== 'string' || kid === '' || kid.length > 128) throw invalid('it names no key');
  return { alg, kid };
}

function parse(token: string): Record<string, unknown> {
  if (token.length > MAX_BYTES) throw malformed(`it is longer than ${MAX_BYTES} bytes`);
  const parts = token.split('.');
  if (parts.length !== 3 || !parts.every(isCanonical)) throw malformed('it is no signed JWT');
  try {
    const header: unknown = JSON.parse(Buffer.from(parts[0] ?? '', 'base64url').toString());
    if (typeof header === 'object' && header !== null) return { ...header };
  } catch {
    // Told below.
  }
  throw malformed('its header cannot be read');
}

// One token has one spelling: the unused bits of the last character are zero.
const isCanonical = (part: string): boolean => Buffer.from(part, 'base64url').toString('base64url') === part;

const malformed = (problem: string): Error => reason('TOKEN_MALFORMED', { problem });
