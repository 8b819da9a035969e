import { CryptoContext, CryptoServiceDefinition, type RewrapResult } from '@weir/contracts/security';
import { reason } from '@weir/errors';
import { bind, type Binding } from '@weir/rpc';
import { randomBytes, randomUUID } from 'node:crypto';

/** Keys of a test: what is wrapped here is only remembered. */
export interface FakeCrypto {
  readonly binding: Binding;
  /** The version that wraps new keys. */
  version: number;
  /** Nothing decrypts any more. */
  isDestroyed: boolean;
  /** What counts, by its id: the version that it needs. */
  readonly counted: Map<string, number>;
}

/** A CryptoService that makes data keys, unwraps them for their context, and rewraps them. */
export function fakeCrypto(): FakeCrypto {
  const keys = new Map<string, { plaintext: Buffer; context: string; id: string }>();
  const state: Omit<FakeCrypto, 'binding'> = { version: 1, isDestroyed: false, counted: new Map() };
  const textOf = (context: CryptoContext | undefined) => JSON.stringify(context && CryptoContext.toJSON(context));
  const wrap = (key: { plaintext: Buffer; context: string; id: string }): Buffer => {
    const wrapped = Buffer.concat([Buffer.of(state.version), randomBytes(31)]);
    keys.set(wrapped.toString('hex'), key);
    state.counted.set(key.id, state.version);
    return wrapped;
  };
  function rewrap(wrapped: Buffer): RewrapResult {
    const key = keys.get(wrapped.toString('hex'));
    if (!key || state.isDestroyed) return { outcome: { $case: 'error', value: { reason: 'REWRAP_FAILED' } } };
    if (wrapped[0] === state.version) return { outcome: { $case: 'unchanged', value: true } };
    return { outcome: { $case: 'ciphertext', value: wrap(key) } };
  }

  const binding = bind(CryptoServiceDefinition, {
    generateDataKey: async ({ name, context }) => {
      if (state.isDestroyed) throw reason('KEY_DESTROYED', { name });
      const key = { plaintext: randomBytes(32), context: textOf(context), id: randomUUID() };
      return { plaintextKey: key.plaintext, wrappedKey: wrap(key), ciphertextId: key.id, keyVersion: state.version };
    },
    decrypt: async ({ ciphertext, context }) => {
      const key = keys.get(ciphertext.toString('hex'));
      if (!key || state.isDestroyed || key.context !== textOf(context)) throw reason('DECRYPTION_FAILED');
      return { plaintext: key.plaintext, keyVersion: ciphertext[0] ?? 0, encryptedAt: undefined };
    },
    async *rewrapCiphertexts(requests) {
      for await (const { items, cursor, storedCursor } of requests) {
        const results = items.map(({ action }): RewrapResult => {
          if (action?.$case === 'ciphertext') return rewrap(action.value);
          state.counted.delete(action?.value ?? '');
          return { outcome: { $case: 'discarded', value: true } };
        });
        const counts = { processedCount: 0n, failedCount: 0n };
        yield { cursor, results, confirmedCursor: storedCursor, keyVersion: state.version, ...counts };
      }
    },
  });
  return Object.assign(state, { binding });
}
