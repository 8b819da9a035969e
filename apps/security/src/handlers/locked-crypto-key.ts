import type { Scope } from '@weir/context';
import { reason } from '@weir/errors';
import { cryptoEtag, cryptoKeyName, type CryptoKeyName, type CryptoKeyRecord } from '../domain/crypto/crypto-key.ts';
import type { CryptoKeyStore } from '../store/crypto-key-store.ts';

/** A key that nobody else changes before the transaction ends. KEY_NOT_FOUND. */
export async function lockCryptoKey(keys: CryptoKeyStore, scope: Scope, key: CryptoKeyName): Promise<CryptoKeyRecord> {
  const record = await keys.lock(scope, key);
  if (!record) throw reason('KEY_NOT_FOUND', { name: cryptoKeyName(key) });
  return record;
}

/** ETAG_MISMATCH where an etag is given and is stale. */
export function requireCryptoEtag(record: CryptoKeyRecord, etag: string): void {
  if (etag !== '' && etag !== cryptoEtag(record)) throw reason('ETAG_MISMATCH', { name: cryptoKeyName(record), etag });
}
