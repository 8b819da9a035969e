import type { EncryptRequest, EncryptResponse } from '@weir/contracts/security';
import { parse, type Unary } from '@weir/rpc';
import { z } from 'zod';
import type { CryptoParts } from '../crypto/crypto-parts.ts';
import { idText } from '../domain/crypto/ciphertext-id.ts';
import { eventWith, useOf } from './crypto-audit.ts';
import { contextField, cryptoKeyField, plaintextField } from './crypto-fields.ts';

const Request = z.object({ name: cryptoKeyField(), plaintext: plaintextField(), context: contextField() });

/** Encrypts one payload under a fresh data key. */
export function encrypt({ cryptographer, openKeys }: CryptoParts): Unary<EncryptRequest, EncryptResponse> {
  return async (request, call) => {
    const { name: key, plaintext, context } = parse(Request, request);
    call.audit(await useOf(openKeys.subjectId, key, [{ bytes: plaintext.length, context }]));

    const items = [{ plaintext, context }];
    const { version, group, ciphertexts } = await cryptographer.encrypt(key, items, { eventOf: eventWith(call) });

    const ciphertextId = idText({ group, index: 0 });
    return { ciphertext: ciphertexts[0] ?? Buffer.alloc(0), ciphertextId, keyVersion: version };
  };
}
