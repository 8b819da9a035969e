import type { GetJwksRequest, GetJwksResponse } from '@weir/contracts/security';
import type { Unary } from '@weir/rpc';
import type { KeyRing } from '../tokens/key-ring.ts';
import type { RevocationFeed } from '../tokens/revocation-feed.ts';
import { durationMessage } from './duration-field.ts';

/** Reads the public keys that tokens are verified with. */
export function getJwks(ring: KeyRing, feed: RevocationFeed, maxAgeMs: number): Unary<GetJwksRequest, GetJwksResponse> {
  return async () => {
    await feed.refresh();
    const now = new Date();

    const keys = ring.published(now).map(({ jwk }) => jwk);

    return { keys, maxAge: durationMessage(maxAgeMs), etag: ring.etag(now) };
  };
}
