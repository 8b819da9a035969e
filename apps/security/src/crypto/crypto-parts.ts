import { tenantScope } from '@weir/context';
import type { Database } from '@weir/database';
import type { CryptoKeyName } from '../domain/crypto/crypto-key.ts';
import { newVersion } from '../keys/key-versions.ts';
import type { MasterKey } from '../keys/master-key.ts';
import type { CiphertextStore } from '../store/ciphertext-store.ts';
import type { CryptoKeyStore } from '../store/crypto-key-store.ts';
import { postgresCiphertextStore } from '../store/postgres-ciphertext-store.ts';
import { postgresCryptoKeyStore } from '../store/postgres-crypto-key-store.ts';
import { postgresKeyMaterialStore } from '../store/postgres-key-material-store.ts';
import type { Schema } from '../store/schema.ts';
import { cryptographer, type Cryptographer } from './cryptographer.ts';
import { openKeys, type OpenKeys } from './open-keys.ts';

/** What CryptoService is made of. */
export interface CryptoParts {
  readonly cryptoKeys: CryptoKeyStore;
  readonly ciphertexts: CiphertextStore;
  readonly openKeys: OpenKeys;
  readonly cryptographer: Cryptographer;
  readonly master: MasterKey;
}

const DEFAULT_KEY = 'default';

/** Puts them together. */
export function buildCrypto(database: Database<Schema>, master: MasterKey): CryptoParts {
  const cryptoKeys = postgresCryptoKeyStore(database);
  const ciphertexts = postgresCiphertextStore(database);
  const opened = openKeys(postgresKeyMaterialStore(database), master);

  async function makeDefault(key: CryptoKeyName): Promise<boolean> {
    if (key.id !== DEFAULT_KEY) return false;
    const draft = { ...key, displayName: 'Default', rotateEveryMs: undefined };
    await cryptoKeys.create(tenantScope(key.tenant), draft, newVersion(master, key, 1));
    // Made by this call or by another one at the same moment: it is there.
    return true;
  }

  return {
    cryptoKeys,
    ciphertexts,
    openKeys: opened,
    cryptographer: cryptographer({ openKeys: opened, ciphertexts, makeDefault }),
    master,
  };
}
