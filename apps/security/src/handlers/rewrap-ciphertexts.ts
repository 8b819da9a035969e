import type { CallContext } from '@weir/context';
import type {
  RewrapCiphertextsRequest,
  RewrapCiphertextsResponse,
  RewrapItem,
  RewrapResult,
} from '@weir/contracts/security';
import { invalid } from '@weir/errors';
import { parse, text, type Bidi } from '@weir/rpc';
import { z } from 'zod';
import type { CryptoParts } from '../crypto/crypto-parts.ts';
import type { RewrapOutcome, RewrapTask } from '../crypto/rewrap-batch.ts';
import { rewrapStream, type RewrapStream } from '../crypto/rewrap-stream.ts';
import { idFromText } from '../domain/crypto/ciphertext-id.ts';
import { cryptoKeyName, type CryptoKeyName } from '../domain/crypto/crypto-key.ts';
import { cryptoKeyField, MAX_ITEMS } from './crypto-fields.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
/** An answer has the same bytes, two cursors and a few numbers more. */
const MAX_BATCH = 4 * 1024 * 1024 - 1_024;
const MORE_PER_ITEM = 16;

const Item = z.custom<RewrapItem>().transform(({ action }, context): RewrapTask => {
  if (action?.$case === 'ciphertext') return { ciphertext: action.value };
  if (action && UUID.test(action.value)) return { discarded: idFromText(action.value) };
  context.addIssue({ code: 'custom', message: action ? 'must discard a UUID in lower case' : 'needs an action' });
  return z.NEVER;
});

const sizeOf = (task: RewrapTask): number => ('ciphertext' in task ? task.ciphertext.length : 0) + MORE_PER_ITEM;

const Message = z
  .object({
    name: cryptoKeyField().or(z.literal('')),
    items: z
      .array(Item)
      .max(MAX_ITEMS, 'must have at most 10,000')
      .refine((tasks) => tasks.reduce((sum, task) => sum + sizeOf(task), 0) <= MAX_BATCH, 'must have at most 4 MiB'),
    cursor: text(0, 256),
    storedCursor: text(0, 256),
  })
  .refine(({ items, cursor }) => items.length === 0 || cursor !== '', { path: ['cursor'], message: 'is required' });

/** Wraps the data keys of ciphertexts by the primary version, batch by batch. */
export function rewrapCiphertexts(parts: CryptoParts): Bidi<RewrapCiphertextsRequest, RewrapCiphertextsResponse> {
  return async function* (requests, call) {
    let stream: RewrapStream | undefined;
    let key: CryptoKeyName | undefined;
    const counts = { processed: 0, failed: 0, discarded: 0 };

    for await (const request of requests) {
      const { name, items, cursor, storedCursor } = parse(Message, request);
      key ??= name === '' ? undefined : name;
      requireSame(key, name);
      stream ??= await rewrapStream(parts, key);
      if (storedCursor !== '') await stream.confirm(storedCursor);
      const outcomes = items.length === 0 ? [] : await stream.rewrap(cursor, items);

      for (const one of outcomes) tally(counts, one);
      note(call, counts, stream.version);
      yield {
        cursor: items.length === 0 ? '' : cursor,
        results: outcomes.map(resultOf),
        confirmedCursor: stream.confirmedCursor(),
        keyVersion: stream.version,
        processedCount: BigInt(counts.processed),
        failedCount: BigInt(counts.failed),
      };
    }
  };
}

/** The first message names the key, and a later one no other. */
function requireSame(key: CryptoKeyName | undefined, name: CryptoKeyName | ''): asserts key is CryptoKeyName {
  if (!key) throw invalid([{ field: 'name', description: 'is required in the first message' }]);
  if (name === '' || cryptoKeyName(name) === cryptoKeyName(key)) return;
  throw invalid([{ field: 'name', description: `must be "${cryptoKeyName(key)}" or empty, as the stream began` }]);
}

function tally(counts: { processed: number; failed: number; discarded: number }, outcome: RewrapOutcome): void {
  counts.processed += 1;
  if (!outcome) counts.failed += 1;
  if (outcome === 'discarded') counts.discarded += 1;
}

function note(call: CallContext, counts: Record<string, number>, version: number): void {
  call.audit({ details: { ...counts, key_version: version } });
}

function resultOf(outcome: RewrapOutcome): RewrapResult {
  if (!outcome) return { outcome: { $case: 'error', value: { reason: 'REWRAP_FAILED' } } };
  if (outcome === 'discarded') return { outcome: { $case: 'discarded', value: true } };
  if (!outcome.ciphertext) return { outcome: { $case: 'unchanged', value: true } };
  return { outcome: { $case: 'ciphertext', value: outcome.ciphertext } };
}
