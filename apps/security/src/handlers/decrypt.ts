import type { DecryptRequest, DecryptResponse } from '@weir/contracts/security';
import { reason } from '@weir/errors';
import { parse, type Unary } from '@weir/rpc';
import { z } from 'zod';
import type { CryptoParts } from '../crypto/crypto-parts.ts';
import { claimedId } from '../crypto/opener.ts';
import { useOf } from './crypto-audit.ts';
import { ciphertextField, contextField, cryptoKeyField } from './crypto-fields.ts';

const Request = z.object({ name: cryptoKeyField(), ciphertext: ciphertextField(), context: contextField() });

/** Decrypts one ciphertext, or unwraps a data key. */
export function decrypt({ cryptographer, openKeys }: CryptoParts): Unary<DecryptRequest, DecryptResponse> {
  return async (request, call) => {
    const { name: key, ciphertext, context } = parse(Request, request);
    call.audit(await useOf(openKeys.subjectId, key, [{ bytes: ciphertext.length, context }]));
    call.audit({ details: { ciphertext_id: claimedId(ciphertext) } });

    const [opened] = await cryptographer.decrypt(key, [{ ciphertext, context }]);
    if (!opened) throw reason('DECRYPTION_FAILED');

    const { plaintext, version, encryptedAt } = opened;
    call.audit({ dataSizeBytes: plaintext.length, details: { key_version: version } });
    return { plaintext, keyVersion: version, encryptedAt };
  };
}
