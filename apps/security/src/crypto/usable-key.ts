import { reason } from '@weir/errors';
import { cryptoKeyName, type CryptoKeyName } from '../domain/crypto/crypto-key.ts';
import { NO_SUBJECT } from '../domain/crypto/envelope.ts';
import type { OpenKey, OpenKeys } from './open-keys.ts';

/** Makes the key that needs nobody to make it; false when this key is none. */
export type MakeDefault = (key: CryptoKeyName) => Promise<boolean>;

/** A key that encrypts as it is now, with a share for each subject. KEY_NOT_FOUND, KEY_DESTROYED. */
export async function usableKey(
  keys: OpenKeys,
  makeDefault: MakeDefault,
  key: CryptoKeyName,
  subjects: readonly Buffer[],
): Promise<OpenKey> {
  const name = cryptoKeyName(key);
  let opened = await keys.open(key, subjects);
  if (!opened && (await makeDefault(key))) opened = await keys.open(key, subjects);
  if (!opened) throw reason('KEY_NOT_FOUND', { name });
  const current = opened;
  if (current.isDestroyed) throw reason('KEY_DESTROYED', { name });
  const missing = subjects.filter((one) => !one.equals(NO_SUBJECT) && current.subjectKey(one) === undefined);
  if (missing.length === 0) return current;
  await keys.makeShares(key, missing);
  return usableKey(keys, makeDefault, key, subjects);
}
