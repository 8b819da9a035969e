import type { BatchDecryptRequest, BatchDecryptResponse, BatchDecryptResult } from '@weir/contracts/security';
import { parse, type Unary } from '@weir/rpc';
import { z } from 'zod';
import type { CryptoParts } from '../crypto/crypto-parts.ts';
import type { Opened } from '../crypto/opener.ts';
import { useOf } from './crypto-audit.ts';
import { contextField, cryptoKeyField, itemsField } from './crypto-fields.ts';

const Request = z.object({
  name: cryptoKeyField(),
  items: itemsField(z.object({ ciphertext: z.custom<Buffer>(Buffer.isBuffer), context: contextField().optional() })),
  context: contextField(),
});

/** Decrypts many ciphertexts, each for itself. */
export function batchDecrypt({
  cryptographer,
  openKeys,
}: CryptoParts): Unary<BatchDecryptRequest, BatchDecryptResponse> {
  return async (request, call) => {
    const { name: key, items: asked, context } = parse(Request, request);
    const items = asked.map(({ ciphertext, context: own }) => ({ ciphertext, context: own ?? context }));
    const uses = items.map((item) => ({ bytes: item.ciphertext.length, context: item.context }));
    call.audit(await useOf(openKeys.subjectId, key, uses));

    const opened = await cryptographer.decrypt(key, items);

    const results = opened.map(resultOf);
    const failedCount = opened.filter((one) => one === undefined).length;
    call.audit({ details: { failed_count: failedCount } });
    return { results, failedCount };
  };
}

const resultOf = (opened: Opened | undefined): BatchDecryptResult => ({
  outcome: opened
    ? { $case: 'plaintext', value: opened.plaintext }
    : { $case: 'error', value: { reason: 'DECRYPTION_FAILED' } },
});
