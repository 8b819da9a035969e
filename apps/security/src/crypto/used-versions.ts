import { cryptoKeyName, type CryptoKeyName } from '../domain/crypto/crypto-key.ts';
import type { CiphertextStore } from '../store/ciphertext-store.ts';

const HOUR_MS = 3_600_000;
const MAX_KNOWN = 100_000;

/** Notes the use of versions, once an hour for each of them. */
export function usedVersions(ciphertexts: CiphertextStore) {
  const noted = new Map<string, number>();

  return async (key: CryptoKeyName, versions: ReadonlySet<number>): Promise<void> => {
    const hour = Math.floor(Date.now() / HOUR_MS);
    for (const version of versions) {
      const name = `${cryptoKeyName(key)}/${version}`;
      if (noted.get(name) === hour) continue;
      if (noted.size >= MAX_KNOWN) noted.clear();
      noted.set(name, hour);
      await ciphertexts.touch(key, version);
    }
  };
}
