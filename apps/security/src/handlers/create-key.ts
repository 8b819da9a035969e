import type { CreateKeyRequest, CreateKeyResponse } from '@weir/contracts/security';
import { reason } from '@weir/errors';
import { parse, resourceId, tenantName, text, type Unary } from '@weir/rpc';
import { z } from 'zod';
import { cryptoKeyMessage, cryptoKeyName, type CryptoKeyRecord } from '../domain/crypto/crypto-key.ts';
import { tenantIn } from '../domain/principal.ts';
import { newVersion } from '../keys/key-versions.ts';
import type { MasterKey } from '../keys/master-key.ts';
import type { CryptoKeyStore, NewCryptoKey } from '../store/crypto-key-store.ts';
import { DAY_MS, durationBetween } from './duration-field.ts';

const Request = z.object({
  tenant: tenantName(),
  keyId: resourceId(),
  key: z.object(
    { displayName: text(1, 120), rotateEvery: durationBetween(DAY_MS, 1_095 * DAY_MS, '1 to 1,095 days') },
    'is required',
  ),
  validateOnly: z.boolean(),
});

/** Creates a key with its version 1. */
export function createKey(keys: CryptoKeyStore, master: MasterKey): Unary<CreateKeyRequest, CreateKeyResponse> {
  return async (request, context) => {
    const { tenant, keyId, key, validateOnly } = parse(Request, request);
    const { displayName, rotateEvery } = key;
    const draft: NewCryptoKey = { tenant: tenantIn(tenant), id: keyId, displayName, rotateEveryMs: rotateEvery };
    const name = cryptoKeyName(draft);

    const isTaken = validateOnly && (await keys.find(context.scope, draft)) !== undefined;
    const created = validateOnly
      ? preview(draft, master)
      : await keys.create(context.scope, draft, newVersion(master, draft, 1));
    if (isTaken || !created) throw reason('KEY_EXISTS', { name });

    context.audit({ resource: name, details: { validate_only: validateOnly } });
    return { key: cryptoKeyMessage(created) };
  };
}

function preview(draft: NewCryptoKey, master: MasterKey): CryptoKeyRecord {
  const createdAt = new Date();
  const unused = { remaining: 0n, lastUsedAt: undefined, erasedAt: undefined };
  const versions = [{ version: 1, masterKey: master.fingerprint, createdAt, ...unused }];
  const unknown = { cryptoperiodMs: undefined, destroyedAt: undefined };
  return { ...draft, ...unknown, primaryVersion: 1, revision: 1n, createdAt, lost: 0n, versions };
}
