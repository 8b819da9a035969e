import type { RotateKeyRequest, RotateKeyResponse } from '@weir/contracts/security';
import { parse, type Unary } from '@weir/rpc';
import { z } from 'zod';
import { cryptoKeyMessage } from '../domain/crypto/crypto-key.ts';
import { rotateKeyVersion } from '../keys/key-versions.ts';
import type { MasterKey } from '../keys/master-key.ts';
import type { CryptoKeyStore } from '../store/crypto-key-store.ts';
import type { TokenRewrap } from '../privacy/token-rewrap.ts';
import { cryptoKeyField } from './crypto-fields.ts';
import { lockCryptoKey, requireCryptoEtag } from './locked-crypto-key.ts';

const Request = z.object({ name: cryptoKeyField(), etag: z.string() });

/** Adds a version to a key and makes it primary; the tokens that this service keeps follow. */
export function rotateKey(
  keys: CryptoKeyStore,
  master: MasterKey,
  rewrapTokens: TokenRewrap,
): Unary<RotateKeyRequest, RotateKeyResponse> {
  return async (request, context) => {
    const { name: key, etag } = parse(Request, request);

    const before = await lockCryptoKey(keys, context.scope, key);
    requireCryptoEtag(before, etag);
    const rotated = await rotateKeyVersion(keys, master, context.scope, before);

    // Should this run fail, the next one does what it left.
    context.afterCommit(() => void rewrapTokens().catch(() => undefined));
    context.audit({ details: { version: rotated.primaryVersion } });
    return { key: cryptoKeyMessage(rotated) };
  };
}
