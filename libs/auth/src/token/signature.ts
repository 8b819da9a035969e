import jwt from 'jsonwebtoken';
import type { VerificationKey } from '../keys/verification-key.ts';
import { invalid, principalName } from './claims.ts';
import type { TokenHeader } from './header.ts';

/** Checks the signature of a token and returns its payload. Only the one algorithm of the key is tried. */
export function verifySignature(
  token: string,
  header: TokenHeader,
  { algorithm, publicKey }: VerificationKey,
): unknown {
  if (header.alg !== algorithm) throw invalid('its algorithm is not that of its key');
  // Of another length it would fail in the library with an error of another kind.
  if (algorithm === 'ES256' && signatureBytes(token) !== ES256_BYTES) throw forged(token);
  try {
    // Times are checked by our own clock, on every use of the token.
    return jwt.verify(token, publicKey, { algorithms: [algorithm], ignoreExpiration: true, ignoreNotBefore: true });
  } catch (error) {
    if (error instanceof jwt.JsonWebTokenError || error instanceof SyntaxError) throw forged(token);
    throw error;
  }
}

const ES256_BYTES = 64;

const signatureBytes = (token: string): number =>
  Buffer.byteLength(token.slice(token.lastIndexOf('.') + 1), 'base64url');

/** With whom the token pretends to speak for, so that the audit log says whom it was used against. */
function forged(token: string): Error {
  const claimed = claimedSubject(token);
  return invalid('its signature is wrong', claimed === undefined ? {} : { claimed_principal: claimed });
}

/** Nothing vouches for it, not even that it is JSON. */
function claimedSubject(token: string): string | undefined {
  try {
    const payload: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
    return typeof payload === 'object' && payload !== null && 'sub' in payload ? principalName(payload.sub) : undefined;
  } catch {
    return undefined;
  }
}
