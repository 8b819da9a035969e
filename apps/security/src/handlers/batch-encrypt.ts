import type { BatchEncryptRequest, BatchEncryptResponse } from '@weir/contracts/security';
import { parse, type Unary } from '@weir/rpc';
import { z } from 'zod';
import type { CryptoParts } from '../crypto/crypto-parts.ts';
import { idTexts } from '../domain/crypto/ciphertext-id.ts';
import { eventWith, useOf } from './crypto-audit.ts';
import { contextField, cryptoKeyField, itemsField, plaintextField } from './crypto-fields.ts';

const MAX_ANSWER = 4 * 1024 * 1024;
/** What an answer has more than its payloads: envelope, id and framing of each item, and a little for all of them. */
const MORE_PER_ITEM = 224;
const MORE = 64;

const Request = z.object({
  name: cryptoKeyField(),
  items: itemsField(z.object({ plaintext: plaintextField(), context: contextField().optional() })).refine(
    (items) => items.reduce((sum, { plaintext }) => sum + plaintext.length + MORE_PER_ITEM, MORE) <= MAX_ANSWER,
    `must be fewer or smaller: with ${MORE_PER_ITEM} bytes more for each, the answer has at most 4 MiB`,
  ),
  context: contextField(),
  dataKeyPerItem: z.boolean(),
});

/** Encrypts many payloads, all or none. */
export function batchEncrypt({
  cryptographer,
  openKeys,
}: CryptoParts): Unary<BatchEncryptRequest, BatchEncryptResponse> {
  return async (request, call) => {
    const { name: key, items: asked, context, dataKeyPerItem } = parse(Request, request);
    const items = asked.map(({ plaintext, context: own }) => ({ plaintext, context: own ?? context }));
    const uses = items.map((item) => ({ bytes: item.plaintext.length, context: item.context }));
    call.audit(await useOf(openKeys.subjectId, key, uses));

    const { version, group, ciphertexts } = await cryptographer.encrypt(key, items, {
      dataKeyPerItem,
      eventOf: eventWith(call),
    });

    // The ids of a call differ in their last two bytes, which count from 0.
    const ids = idTexts(group, ciphertexts.length);
    const results = ciphertexts.map((ciphertext, index) => ({ ciphertext, ciphertextId: ids[index] ?? '' }));
    return { results, keyVersion: version };
  };
}
