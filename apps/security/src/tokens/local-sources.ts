import type { KeySource, RevocationList, RevocationSource } from '@weir/auth';
import type { KeyRing } from './key-ring.ts';
import type { RevocationFeed } from './revocation-feed.ts';

/** The keys that this service itself verifies tokens with. */
export const localKeys = (ring: KeyRing): KeySource => ({
  find: (keyId) => ring.verificationKey(keyId, new Date()),
  ready: () => (ring.generation === 0 ? 'the signing keys have not been read yet' : undefined),
});

/** What this service itself refuses: a list that the feed fills, as good as the feed is fresh. */
export const localRevocations = (list: RevocationList, feed: Pick<RevocationFeed, 'ready'>): RevocationSource => ({
  isRevoked: (token) => list.isRevoked(token),
  get generation() {
    return list.generation;
  },
  ready: () => feed.ready(),
});
