import type { DestroyKeyRequest, DestroyKeyResponse } from '@weir/contracts/security';
import { reason } from '@weir/errors';
import { parse, text, type Unary } from '@weir/rpc';
import { z } from 'zod';
import { cryptoKeyMessage, cryptoKeyName, remainingOf } from '../domain/crypto/crypto-key.ts';
import type { CryptoKeyStore } from '../store/crypto-key-store.ts';
import { cryptoKeyField } from './crypto-fields.ts';
import { lockCryptoKey, requireCryptoEtag } from './locked-crypto-key.ts';

const Request = z.object({
  name: cryptoKeyField(),
  reason: text(1, 500),
  force: z.boolean(),
  etag: z.string(),
  validateOnly: z.boolean(),
});

/** Erases the key material of every version of a key and of the subjects under it. */
export function destroyKey(keys: CryptoKeyStore): Unary<DestroyKeyRequest, DestroyKeyResponse> {
  return async (request, call) => {
    const { name: key, reason: why, force, etag, validateOnly } = parse(Request, request);
    const name = cryptoKeyName(key);

    const before = await lockCryptoKey(keys, call.scope, key);
    const isDone = before.destroyedAt !== undefined;
    // A repeat has the etag of before.
    if (!isDone) requireCryptoEtag(before, etag);
    const count = isDone ? before.lost : remainingOf(before);
    if (!isDone && count > 0n && !force) throw reason('KEY_IN_USE', { name, count });
    const destroyed = isDone || validateOnly ? before : await keys.destroy(call.scope, key);

    const lost = Number(count);
    call.audit({ details: { reason: why, force, validate_only: validateOnly, already_destroyed: isDone, lost } });
    return { key: cryptoKeyMessage(destroyed), lostCiphertextCount: destroyed.destroyedAt ? destroyed.lost : count };
  };
}
