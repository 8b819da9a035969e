import { createHmac, randomBytes } from 'node:crypto';
import { LRUCache } from 'lru-cache';

/**
 * Secrets that were checked in the last minute, so that a client that asks often does not pay for the slow hash each
 * time. Only keyed digests, under a key that lives and dies with the process.
 */
export interface KnownSecrets {
  /** What a client and its secret are known as. */
  digest(clientId: string, secret: string): string;
  has(digest: string): boolean;
  add(digest: string): void;
}

const KEPT_MS = 60_000;

/** An empty memory of at most 10,000 secrets. */
export function knownSecrets(): KnownSecrets {
  const key = randomBytes(32);
  const known = new LRUCache<string, true>({ max: 10_000, ttl: KEPT_MS });
  return {
    digest: (clientId, secret) => createHmac('sha256', key).update(`${clientId}\n${secret}`).digest('base64'),
    has: (digest) => known.has(digest),
    add: (digest) => void known.set(digest, true),
  };
}
