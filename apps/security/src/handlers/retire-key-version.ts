import type {
  CryptoRetirementProof,
  RetireKeyVersionRequest,
  RetireKeyVersionResponse,
} from '@weir/contracts/security';
import { reason } from '@weir/errors';
import { parse, type Unary } from '@weir/rpc';
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { cryptoKeyMessage, cryptoKeyName, type CryptoKeyRecord } from '../domain/crypto/crypto-key.ts';
import type { CryptoKeyStore, VersionBalance } from '../store/crypto-key-store.ts';
import { cryptoKeyField } from './crypto-fields.ts';
import { lockCryptoKey, requireCryptoEtag } from './locked-crypto-key.ts';

const Request = z.object({
  name: cryptoKeyField(),
  version: z.int().min(1, 'must be 1 or more'),
  etag: z.string(),
  validateOnly: z.boolean(),
});

/** Retires a version that nothing needs, and erases its key material. */
export function retireKeyVersion(keys: CryptoKeyStore): Unary<RetireKeyVersionRequest, RetireKeyVersionResponse> {
  return async (request, call) => {
    const { name: key, version, etag, validateOnly } = parse(Request, request);

    const before = await lockCryptoKey(keys, call.scope, key);
    const balance = await keys.balance(call.scope, key, version);
    const earlier = balance?.retirementEvent;
    // A repeat has the etag of before.
    if (earlier === undefined) requireCryptoEtag(before, etag);
    if (!balance) throw reason('KEY_VERSION_NOT_FOUND', { name: cryptoKeyName(key), version });
    requireRetirable(before, version, balance);
    const event = earlier ?? randomUUID();
    const isDone = earlier !== undefined || validateOnly;
    const retired = isDone ? before : await keys.retire(call.scope, key, version, event);

    const proof = proofOf(balance, earlier === undefined && validateOnly ? '' : event);
    // The event of a repeat is one of its own.
    call.audit({
      ...(isDone ? {} : { eventId: event }),
      details: { version, validate_only: validateOnly, ...words(proof) },
    });
    return { key: cryptoKeyMessage(retired), proof };
  };
}

/** KEY_DESTROYED, KEY_VERSION_IS_PRIMARY, KEY_VERSION_IN_USE. */
function requireRetirable(key: CryptoKeyRecord, version: number, balance: VersionBalance): void {
  const name = cryptoKeyName(key);
  if (key.destroyedAt) throw reason('KEY_DESTROYED', { name });
  if (version === key.primaryVersion) throw reason('KEY_VERSION_IS_PRIMARY', { name, version });
  const remaining = remainingIn(balance);
  if (remaining !== balance.onRecord) {
    throw new Error(`${name}/${version} leaves ${remaining}, but ${balance.onRecord} are on record`);
  }
  if (remaining > 0n) throw reason('KEY_VERSION_IN_USE', { name, version, count: remaining });
}

const remainingIn = ({ counted, rewrapped, discarded, erased }: VersionBalance): bigint =>
  counted - rewrapped - discarded - erased;

const proofOf = (balance: VersionBalance, auditEventId: string): CryptoRetirementProof => ({
  counted: balance.counted,
  rewrapped: balance.rewrapped,
  discarded: balance.discarded,
  erased: balance.erased,
  remaining: remainingIn(balance),
  countedAt: balance.countedAt,
  auditEventId,
});

const words = ({ counted, rewrapped, discarded, erased, remaining }: CryptoRetirementProof) => ({
  counted: Number(counted),
  rewrapped: Number(rewrapped),
  discarded: Number(discarded),
  erased: Number(erased),
  remaining: Number(remaining),
});
