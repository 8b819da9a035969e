import type { GetJwksResponse, JsonWebKey } from '@weir/contracts/security';
import type { Logger } from 'pino';
import { verificationKey, type VerificationKey } from './verification-key.ts';

/** The keys of the last answer of GetJwks. */
export interface KeyRing {
  readonly hold: (response: GetJwksResponse) => void;
  readonly find: (keyId: string) => VerificationKey | undefined;
  /** Undefined until keys are held. */
  etag(): string | undefined;
  /** How long the answer may be kept. */
  maxAgeMs(): number;
}

interface HeldKey {
  readonly jwk: string;
  readonly key: VerificationKey | undefined;
}

const SHORTEST_AGE_MS = 10_000;
const LONGEST_AGE_MS = 3_600_000;

/** An empty ring. A key that was held stays the same object while it is published. */
export function keyRing(log: Logger): KeyRing {
  let held = new Map<string, HeldKey>();
  let etag: string | undefined;
  let maxAgeMs = LONGEST_AGE_MS;

  const read = (jwk: JsonWebKey): HeldKey => {
    const text = JSON.stringify(jwk);
    const known = held.get(jwk.kid);
    return known?.jwk === text ? known : { jwk: text, key: usable(jwk, log) };
  };
  return {
    hold({ keys, maxAge, etag: newEtag }) {
      held = new Map(keys.map((jwk) => [jwk.kid, read(jwk)]));
      etag = newEtag;
      maxAgeMs = Math.min(LONGEST_AGE_MS, Math.max(SHORTEST_AGE_MS, Number(maxAge?.seconds ?? 0n) * 1000));
    },
    find: (keyId) => held.get(keyId)?.key,
    etag: () => etag,
    maxAgeMs: () => maxAgeMs,
  };
}

function usable(jwk: JsonWebKey, log: Logger): VerificationKey | undefined {
  try {
    return verificationKey(jwk);
  } catch (error) {
    log.warn({ err: error, key_id: jwk.kid }, 'a published key cannot be used; tokens signed by it are refused');
    return undefined;
  }
}
