import type { DescribeKeyRequest, DescribeKeyResponse } from '@weir/contracts/security';
import { reason } from '@weir/errors';
import { parse, type Unary } from '@weir/rpc';
import { z } from 'zod';
import { cryptoKeyMessage, cryptoKeyName } from '../domain/crypto/crypto-key.ts';
import type { CryptoKeyStore } from '../store/crypto-key-store.ts';
import { cryptoKeyField } from './crypto-fields.ts';

const Request = z.object({ name: cryptoKeyField() });

/** Reads one key with its versions and their counts. */
export function describeKey(keys: CryptoKeyStore): Unary<DescribeKeyRequest, DescribeKeyResponse> {
  return async (request, { scope }) => {
    const { name } = parse(Request, request);

    const key = await keys.find(scope, name);
    if (!key) throw reason('KEY_NOT_FOUND', { name: cryptoKeyName(name) });

    return { key: cryptoKeyMessage(key) };
  };
}
