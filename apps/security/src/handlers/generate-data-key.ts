import type { GenerateDataKeyRequest, GenerateDataKeyResponse } from '@weir/contracts/security';
import { parse, type Unary } from '@weir/rpc';
import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { CryptoParts } from '../crypto/crypto-parts.ts';
import { idText } from '../domain/crypto/ciphertext-id.ts';
import { eventWith, useOf } from './crypto-audit.ts';
import { contextField, cryptoKeyField } from './crypto-fields.ts';

const KEY_BYTES = 32;

const Request = z.object({ name: cryptoKeyField(), context: contextField(), withoutPlaintext: z.boolean() });

/** Makes a 256-bit data key, in the clear and wrapped. */
export function generateDataKey({
  cryptographer,
  openKeys,
}: CryptoParts): Unary<GenerateDataKeyRequest, GenerateDataKeyResponse> {
  return async (request, call) => {
    const { name: key, context, withoutPlaintext } = parse(Request, request);
    call.audit(await useOf(openKeys.subjectId, key, [{ bytes: KEY_BYTES, context }]));

    const dataKey = randomBytes(KEY_BYTES);
    const items = [{ plaintext: dataKey, context }];
    const { version, group, ciphertexts } = await cryptographer.encrypt(key, items, {
      kind: 'data key',
      eventOf: eventWith(call),
    });

    const ciphertextId = idText({ group, index: 0 });
    return {
      plaintextKey: withoutPlaintext ? Buffer.alloc(0) : dataKey,
      wrappedKey: ciphertexts[0] ?? Buffer.alloc(0),
      ciphertextId,
      keyVersion: version,
    };
  };
}
