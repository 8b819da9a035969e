import type { Client } from '@weir/client';
import type { DeepPartial } from '@weir/contracts';
import type {
  CryptoServiceDefinition,
  RewrapCiphertextsRequest,
  RewrapCiphertextsResponse,
  RewrapItem,
} from '@weir/contracts/security';

type Rewrap = Client<typeof CryptoServiceDefinition>['rewrapCiphertexts'];

/** A stream that answers one message at a time. */
export interface Rewrapping extends AsyncDisposable {
  send(message: DeepPartial<RewrapCiphertextsRequest>): Promise<RewrapCiphertextsResponse>;
}

/** Opens one; disposing it breaks it off. */
export function openRewrap(rewrap: Rewrap): Rewrapping {
  const ending = new AbortController();
  const waiting: DeepPartial<RewrapCiphertextsRequest>[] = [];
  let wake = Promise.withResolvers<void>();

  async function* requests() {
    for (;;) {
      const message = waiting.shift();
      if (message) yield message;
      else await wake.promise;
      wake = Promise.withResolvers<void>();
      if (ending.signal.aborted) return;
    }
  }
  const answers = rewrap(requests(), { signal: ending.signal })[Symbol.asyncIterator]();

  return {
    async send(message) {
      waiting.push(message);
      wake.resolve();
      const { value, done } = await answers.next();
      if (done) throw new Error('the stream ended');
      return value;
    },
    async [Symbol.asyncDispose]() {
      ending.abort();
      wake.resolve();
      await answers.return?.().catch(() => undefined);
    },
  };
}

/** Items to rewrap these ciphertexts. */
export const toRewrap = (ciphertexts: readonly Buffer[]): RewrapItem[] =>
  ciphertexts.map((value) => ({ action: { $case: 'ciphertext', value } }));

/** The ciphertexts that an answer has, in the place of those that were sent. */
export const stored = (sent: readonly Buffer[], { results }: RewrapCiphertextsResponse): Buffer[] =>
  sent.map((before, at) => {
    const outcome = results[at]?.outcome;
    return outcome?.$case === 'ciphertext' ? outcome.value : before;
  });
