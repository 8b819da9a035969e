import { invalid, reason } from '@weir/errors';
import { cryptoKeyName, type CryptoKeyName } from '../domain/crypto/crypto-key.ts';
import type { CiphertextStore, CountChange, Gone } from '../store/ciphertext-store.ts';
import { inTurns } from './in-turns.ts';
import type { OpenKey, OpenKeys } from './open-keys.ts';
import { changeOf, envelopesOf, subjectsIn, toConfirm, type RewrapOutcome, type RewrapTask } from './rewrap-batch.ts';
import { rewrapper } from './rewrapper.ts';

/** What a stream works with. */
export interface RewrapParts {
  readonly openKeys: OpenKeys;
  readonly ciphertexts: CiphertextStore;
}

/** One stream of batches, all wrapped by the version that was primary when it began. */
export interface RewrapStream {
  readonly version: number;
  /** The last batch that has left the counts of the old versions; "" before the first. */
  confirmedCursor(): string;
  /** One outcome for each task; a cursor names one unconfirmed batch. KEY_DESTROYED, KEY_VERSION_RETIRED, REWRAP_UNCONFIRMED. */
  rewrap(cursor: string, tasks: readonly RewrapTask[]): Promise<readonly RewrapOutcome[]>;
  /** Every batch up to this one is stored. CURSOR_UNKNOWN. */
  confirm(cursor: string): Promise<void>;
}

interface Pending {
  readonly size: number;
  readonly gone: readonly Gone[];
}

/** How many ciphertexts of a stream may wait for their confirmation: what it holds in memory. */
export const MAX_UNCONFIRMED = 200_000;

/** Begins a stream. KEY_NOT_FOUND, KEY_DESTROYED. */
export async function rewrapStream({ openKeys, ciphertexts }: RewrapParts, key: CryptoKeyName): Promise<RewrapStream> {
  const version = (await requireKey(openKeys, key, [])).primaryVersion;
  const pending = new Map<string, Pending>();
  let [unconfirmed, confirmed] = [0, ''];

  async function change(counts: CountChange): Promise<void> {
    if (await ciphertexts.change(key, counts)) return;
    await requireKey(openKeys, key, []);
    throw reason('KEY_VERSION_RETIRED', { name: cryptoKeyName(key), version });
  }

  return {
    version,
    confirmedCursor: () => confirmed,
    async rewrap(cursor, tasks) {
      if (pending.has(cursor)) throw invalid([{ field: 'cursor', description: 'names a batch that is not confirmed' }]);
      if (unconfirmed + tasks.length > MAX_UNCONFIRMED) throw reason('REWRAP_UNCONFIRMED', { limit: MAX_UNCONFIRMED });
      const envelopes = envelopesOf(tasks);
      const opened = await requireKey(openKeys, key, subjectsIn(envelopes));
      const again = rewrapper(key, opened, version);
      const outcomes = await inTurns(tasks, sizeOf, (task, at): RewrapOutcome =>
        'discarded' in task ? 'discarded' : again(envelopes[at]),
      );
      await change(changeOf(version, tasks, outcomes));
      pending.set(cursor, { size: tasks.length, gone: toConfirm(outcomes) });
      unconfirmed += tasks.length;
      return outcomes;
    },
    async confirm(cursor) {
      if (cursor === confirmed) return;
      if (!pending.has(cursor)) throw reason('CURSOR_UNKNOWN', { cursor });
      for (const [own, { size, gone }] of pending) {
        await change({ version, rewrapped: [], confirmed: gone, discarded: [] });
        pending.delete(own);
        unconfirmed -= size;
        confirmed = own;
        if (own === cursor) return;
      }
    },
  };
}

async function requireKey(openKeys: OpenKeys, key: CryptoKeyName, subjects: readonly Buffer[]): Promise<OpenKey> {
  const opened = await openKeys.open(key, subjects);
  if (!opened) throw reason('KEY_NOT_FOUND', { name: cryptoKeyName(key) });
  if (opened.isDestroyed) throw reason('KEY_DESTROYED', { name: cryptoKeyName(key) });
  return opened;
}

const sizeOf = (task: RewrapTask): number => ('ciphertext' in task ? task.ciphertext.length : 0);
