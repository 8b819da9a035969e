import type { Scope } from '@weir/context';
import { reason } from '@weir/errors';
import { randomBytes } from 'node:crypto';
import { cryptoKeyName, MAX_VERSIONS, type CryptoKeyName, type CryptoKeyRecord } from '../domain/crypto/crypto-key.ts';
import type { CryptoKeyStore, SealedVersion } from '../store/crypto-key-store.ts';
import type { MasterKey } from './master-key.ts';

/** What the material of a version is sealed for. */
export const versionContext = (key: CryptoKeyName, version: number): string =>
  `weir key version ${cryptoKeyName(key)}/${version}`;

/** Makes the material of a version: 256 random bits, encrypted under the master key. */
export const newVersion = (master: MasterKey, key: CryptoKeyName, version: number): SealedVersion => ({
  version,
  material: master.seal(randomBytes(32), versionContext(key, version)),
  masterKey: master.fingerprint,
});

/** Adds a version to a locked key. KEY_DESTROYED; KEY_VERSION_LIMIT at 1,000 versions. */
export async function rotateKeyVersion(
  keys: CryptoKeyStore,
  master: MasterKey,
  scope: Scope,
  key: CryptoKeyRecord,
): Promise<CryptoKeyRecord> {
  const name = cryptoKeyName(key);
  if (key.destroyedAt) throw reason('KEY_DESTROYED', { name });
  if (key.versions.length >= MAX_VERSIONS) {
    const quota = [{ subject: name, description: `${MAX_VERSIONS} versions` }];
    throw reason('KEY_VERSION_LIMIT', { name, limit: MAX_VERSIONS }, { quota });
  }
  return keys.addVersion(scope, key, newVersion(master, key, key.versions.length + 1));
}
