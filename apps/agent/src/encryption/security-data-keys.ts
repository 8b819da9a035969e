import type { Client } from '@weir/client';
import type { CryptoServiceDefinition, RewrapCiphertextsRequest, RewrapResult } from '@weir/contracts/security';
import type { DeepPartial } from '@weir/contracts';
import { isReason } from '@weir/errors';
import type { Dependency } from '../dependencies/dependency.ts';
import type { DataKeys, Rewrap, WrappedKey } from './data-keys.ts';

type Crypto = Client<typeof CryptoServiceDefinition>;

const KEY = 'default';
const contextOf = (content: string) => ({ purpose: 'dataset', entries: { content } });

/** Data keys from CryptoService, each bound to its content. */
export function securityDataKeys(crypto: Crypto, security: Dependency): DataKeys {
  return {
    async make(tenant, content) {
      const name = `tenants/${tenant}/keys/${KEY}`;
      const made = await security.run((signal) =>
        crypto.generateDataKey({ name, context: contextOf(content) }, { signal }),
      );
      const { plaintextKey, wrappedKey, ciphertextId, keyVersion } = made;
      const wrapped = { name, version: keyVersion, ciphertextId, wrapped: wrappedKey };
      return { plaintext: plaintextKey, wrapped };
    },
    async open(content, { name, wrapped }) {
      try {
        const request = { name, ciphertext: wrapped, context: contextOf(content) };
        return (await security.run((signal) => crypto.decrypt(request, { signal }))).plaintext;
      } catch (error) {
        if (isReason(error, 'DECRYPTION_FAILED')) return undefined;
        throw error;
      }
    },
    rewrap: (name, batches, discarded, store) => rewrap(crypto, name, batches, discarded, store),
  };
}

/** One message at a time: what is answered is stored before it is confirmed, and before more is asked for. */
async function rewrap(
  crypto: Crypto,
  name: string,
  batches: AsyncIterable<readonly WrappedKey[]>,
  discarded: readonly string[],
  store: (outcomes: readonly Rewrap[]) => Promise<void>,
): Promise<void> {
  let answered = Promise.withResolvers<void>();
  const sent: (readonly WrappedKey[])[] = [];

  async function* requests(): AsyncGenerator<DeepPartial<RewrapCiphertextsRequest>> {
    let cursor = 0;
    const gone = discarded.map((value) => ({ action: { $case: 'discardedCiphertextId' as const, value } }));
    if (gone.length > 0) {
      cursor += 1;
      sent.push([]);
      yield { name, items: gone, cursor: String(cursor) };
      await answered.promise;
    }
    for await (const keys of batches) {
      answered = Promise.withResolvers<void>();
      const items = keys.map(({ wrapped }) => ({ action: { $case: 'ciphertext' as const, value: wrapped } }));
      const confirmed = cursor === 0 ? '' : String(cursor);
      cursor += 1;
      sent.push(keys);
      yield { name, items, cursor: String(cursor), storedCursor: confirmed };
      await answered.promise;
    }
    if (cursor > 0) yield { name, storedCursor: String(cursor) };
  }

  for await (const { results, keyVersion } of crypto.rewrapCiphertexts(requests())) {
    const keys = sent.shift() ?? [];
    await store(keys.map((key, at) => outcomeOf(key, keyVersion, results[at])));
    answered.resolve();
  }
}

function outcomeOf(key: WrappedKey, version: number, result: RewrapResult | undefined): Rewrap {
  switch (result?.outcome?.$case) {
    case 'ciphertext':
      return { ...key, version, wrapped: result.outcome.value };
    case 'unchanged':
      return 'unchanged';
    default:
      return 'failed';
  }
}
