import type { Principal } from '@weir/context';
import { reason } from '@weir/errors';
import type { Verifier } from '@weir/rpc';
import { LRUCache } from 'lru-cache';
import type { KeySource } from './keys/key-source.ts';
import type { VerificationKey } from './keys/verification-key.ts';
import type { RevocationSource } from './revocations/revocation-source.ts';
import { invalid, readClaims, type Expected, type VerifiedToken } from './token/claims.ts';
import { readHeader, type TokenHeader } from './token/header.ts';
import { verifySignature } from './token/signature.ts';
import { checkTimes, DEFAULT_SKEW_MS } from './token/times.ts';

/** A verifier that says whether it can tell. */
export interface TokenVerifier extends Verifier {
  /** Why every token is refused with KEYS_UNAVAILABLE right now; undefined when none is for that reason. */
  ready(): string | undefined;
}

/** What a verifier decides by. */
export interface VerifierParts extends Expected {
  readonly keys: KeySource;
  readonly revocations: RevocationSource;
  readonly clock?: () => number;
  /** How far clocks may be apart, in milliseconds; 5,000. */
  readonly skewMs?: number;
  /** How many verified tokens are remembered; 10,000. */
  readonly cacheSize?: number;
}

interface Remembered {
  /** The token as it was sent. */
  readonly text: string;
  readonly token: VerifiedToken;
  readonly key: VerificationKey;
  /** The generation of revocations that it was last held against. */
  generation: number;
}

/**
 * Verifies access tokens (RFC 9068, by the advice of RFC 8725). A signature is checked once; time, key and revocation on
 * every use. A token that was seen is answered at once, and so is any other whose key is known.
 */
export function createVerifier(parts: VerifierParts): TokenVerifier {
  const { keys, revocations, clock = Date.now, skewMs = DEFAULT_SKEW_MS, cacheSize = 10_000 } = parts;
  // By its end, which differs wherever the signature does: a whole token takes long to hash.
  const seen = new LRUCache<string, Remembered>({ max: cacheSize });
  const ready = (): string | undefined => keys.ready() ?? revocations.ready();

  const admit = (token: VerifiedToken): Principal => {
    checkTimes(token, clock(), skewMs);
    return token.principal;
  };
  const holdAgainstNews = (known: Remembered): void => {
    if (known.generation === revocations.generation) return;
    const { subject } = known.token.principal;
    if (revocations.isRevoked(known.token)) throw reason('TOKEN_REVOKED', { principal: subject });
    known.generation = revocations.generation;
  };
  const first = (text: string): Principal | Promise<Principal> =>
    withKey(readHeader(text), keys, (key, header) => {
      const token = readClaims(verifySignature(text, header, key), header.kid, parts);
      const known = { text, token, key, generation: -1 };
      const principal = admit(token);
      holdAgainstNews(known);
      seen.set(endOf(text), known);
      return principal;
    });

  return {
    ready,
    verify(text) {
      const problem = ready();
      if (problem !== undefined) throw reason('KEYS_UNAVAILABLE', { problem }, { retryAfterMs: 1000 });
      const known = seen.get(endOf(text));
      // Byte for byte: anything less would let a look-alike in.
      if (known?.text !== text) return first(text);
      // A key that is gone, or another under its name, vouches for nothing that it signed before.
      if (keys.find(known.token.keyId) !== known.key) return first(text);
      const principal = admit(known.token);
      holdAgainstNews(known);
      return principal;
    },
  };
}

const END = 64;

const endOf = (token: string): string => token.slice(-END);

/** Goes on with the key that a header names, looking for it where it is not known yet. */
function withKey<T>(
  header: TokenHeader,
  keys: KeySource,
  then: (key: VerificationKey, header: TokenHeader) => T,
): T | Promise<T> {
  const known = keys.find(header.kid);
  if (known) return then(known, header);
  const search = keys.search?.();
  if (!search) throw unknownKey();
  return search.then(() => {
    const found = keys.find(header.kid);
    if (!found) throw unknownKey();
    return then(found, header);
  });
}

const unknownKey = (): Error => invalid('the key that signed it is not known');
