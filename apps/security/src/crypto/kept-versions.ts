import { createSecretKey, type KeyObject } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { cryptoKeyName, type CryptoKeyName } from '../domain/crypto/crypto-key.ts';
import { versionContext } from '../keys/key-versions.ts';
import type { MasterKey } from '../keys/master-key.ts';
import type { KeyMaterialStore } from '../store/key-material-store.ts';

/** The versions of a key, unwrapped, by their number. */
export type Versions = ReadonlyMap<number, KeyObject>;

interface Kept {
  readonly revision: bigint;
  readonly versions: Versions;
}

const MAX_VERSIONS = 20_000;

/** Unwraps the versions of keys and keeps them, as long as the key has the same revision. */
export function keptVersions(store: KeyMaterialStore, master: MasterKey) {
  const kept = new LRUCache<string, Kept>({
    maxSize: MAX_VERSIONS,
    sizeCalculation: ({ versions }) => versions.size + 1,
  });

  return async (key: CryptoKeyName, revision: bigint): Promise<Versions> => {
    const name = cryptoKeyName(key);
    const known = kept.get(name);
    if (known?.revision === revision) return known.versions;
    const sealed = await store.versions(key);
    const opened = (sealed?.versions ?? []).map(
      ({ version, material }) =>
        [version, createSecretKey(master.open(material, versionContext(key, version)))] as const,
    );
    const versions = new Map(opened);
    if (sealed) kept.set(name, { revision: sealed.revision, versions });
    return versions;
  };
}
