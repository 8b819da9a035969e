import type { JsonWebKey } from '@weir/contracts/security';
import { createPublicKey, type KeyObject } from 'node:crypto';
import type { Algorithm } from '../token/header.ts';

/** A public key, and the only algorithm that it verifies. */
export interface VerificationKey {
  readonly algorithm: Algorithm;
  readonly publicKey: KeyObject;
}

const LEAST_RSA_BITS = 2048;

/** Reads a published key. Throws with the reason why it cannot be used. */
export function verificationKey({ kty, use, alg, crv, x, y, n, e }: JsonWebKey): VerificationKey {
  if (use !== 'sig') throw new Error(`its use is "${use}"`);
  if (kty === 'EC' && alg === 'ES256' && crv === 'P-256') {
    return { algorithm: alg, publicKey: createPublicKey({ key: { kty, crv, x, y }, format: 'jwk' }) };
  }
  if (kty === 'RSA' && alg === 'RS256') {
    const publicKey = createPublicKey({ key: { kty, n, e }, format: 'jwk' });
    const bits = publicKey.asymmetricKeyDetails?.modulusLength ?? 0;
    if (bits < LEAST_RSA_BITS) throw new Error(`it has only ${bits} bits`);
    return { algorithm: alg, publicKey };
  }
  throw new Error(`${kty} with ${alg} is not accepted`);
}
