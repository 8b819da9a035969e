import { randomBytes } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { cryptoKeyName, type CryptoKeyName } from '../domain/crypto/crypto-key.ts';
import type { MasterKey } from '../keys/master-key.ts';
import type { KeyMaterialStore } from '../store/key-material-store.ts';

/** The shares of persons in a key, unwrapped. */
export interface KeptShares {
  /** `wanted`: the id that counts, by the subject in hex. What is not found has been erased since. */
  read(key: CryptoKeyName, wanted: ReadonlyMap<string, bigint>): Promise<ReadonlyMap<string, Buffer>>;
  /** Makes those that are missing. */
  make(key: CryptoKeyName, subjects: readonly Buffer[]): Promise<void>;
}

const MAX_SHARES = 50_000;

/** Unwraps shares and keeps them, as long as they have the same id. */
export function keptShares(store: KeyMaterialStore, master: MasterKey): KeptShares {
  const kept = new LRUCache<string, { readonly id: bigint; readonly secret: Buffer }>({ max: MAX_SHARES });

  return {
    async read(key, wanted) {
      const found = new Map<string, Buffer>();
      for (const [subject, id] of wanted) {
        const known = kept.get(contextOf(key, subject));
        if (known?.id === id) found.set(subject, known.secret);
      }
      const missing = [...wanted.keys()].filter((subject) => !found.has(subject));
      if (missing.length === 0) return found;
      const hashes = missing.map((subject) => Buffer.from(subject, 'hex'));
      for (const { id, subject, material } of await store.shares(key, hashes)) {
        const hex = subject.toString('hex');
        if (id !== wanted.get(hex)) continue;
        const secret = master.open(material, contextOf(key, hex));
        kept.set(contextOf(key, hex), { id, secret });
        found.set(hex, secret);
      }
      return found;
    },
    make: (key, subjects) =>
      store.addShares(
        key,
        subjects.map((subject) => {
          const material = master.seal(randomBytes(32), contextOf(key, subject.toString('hex')));
          return { subject, secret: { material, masterKey: master.fingerprint } };
        }),
      ),
  };
}

/** What a share is sealed for. */
const contextOf = (key: CryptoKeyName, subject: string): string => `weir subject key ${cryptoKeyName(key)}/${subject}`;
