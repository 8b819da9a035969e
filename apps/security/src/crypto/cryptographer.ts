import type { CryptoContext } from '@weir/contracts/security';
import { batched } from '../access/batched.ts';
import { cryptoKeyName, type CryptoKeyName } from '../domain/crypto/crypto-key.ts';
import type { CiphertextKind } from '../domain/crypto/envelope.ts';
import type { CiphertextStore, NewCiphertexts } from '../store/ciphertext-store.ts';
import { inTurns } from './in-turns.ts';
import type { OpenKeys } from './open-keys.ts';
import { opener, type Opened } from './opener.ts';
import { planSealing, sealer } from './sealer.ts';
import { usableKey, type MakeDefault } from './usable-key.ts';
import { usedVersions } from './used-versions.ts';

/** What is to be encrypted, and what it is bound to. */
export interface Plain {
  readonly plaintext: Uint8Array;
  readonly context: CryptoContext;
}

/** What is to be decrypted, and what it was bound to. */
export interface Sealed {
  readonly ciphertext: Buffer;
  readonly context: CryptoContext;
}

/** How to encrypt. */
export interface EncryptOptions {
  readonly kind?: CiphertextKind;
  readonly dataKeyPerItem?: boolean;
}

/** What was encrypted; the ids are those of `group`, from index 0 on. */
export interface Encrypted {
  readonly version: number;
  readonly group: Buffer;
  readonly ciphertexts: readonly Buffer[];
}

/** Encrypts and decrypts under the keys of tenants; it keeps no payload. */
export interface Cryptographer {
  /** All or none, counted before it answers. KEY_NOT_FOUND, KEY_DESTROYED. At most 65,536 items. */
  encrypt(key: CryptoKeyName, items: readonly Plain[], options?: EncryptOptions): Promise<Encrypted>;
  /** One answer for each item; undefined for what does not open, whatever the cause. */
  decrypt(key: CryptoKeyName, items: readonly Sealed[]): Promise<(Opened | undefined)[]>;
}

/** What a cryptographer works with. */
export interface CryptographerParts {
  readonly openKeys: OpenKeys;
  readonly ciphertexts: CiphertextStore;
  readonly makeDefault: MakeDefault;
}

const COUNTED_AT_ONCE = 1_000;
const ATTEMPTS = 4;

/** Calls that come together share one reading of what counts, and one writing of what they add to it. */
export function cryptographer({ openKeys, ciphertexts, makeDefault }: CryptographerParts): Cryptographer {
  const count = batched<NewCiphertexts, boolean>((calls) => ciphertexts.count(calls), { size: COUNTED_AT_ONCE });
  const used = usedVersions(ciphertexts);

  async function tryEncrypt(key: CryptoKeyName, items: readonly Plain[], options: EncryptOptions) {
    const subjects = await subjectsOf(openKeys, key, items);
    const opened = await usableKey(openKeys, makeDefault, key, [...subjects.values()]);
    const plan = planSealing(key, opened, items, subjects);
    if (!plan) return undefined;
    const { version, group } = plan;
    const seal = sealer(plan, { kind: 'payload', dataKeyPerItem: false, ...options, encryptedAt: new Date() });
    // The database writes while the items are encrypted; what is not counted is not answered.
    const counting = count(plan.counted);
    counting.catch(() => undefined);
    const ciphertexts = await inTurns(items, ({ plaintext }) => plaintext.length, seal);
    return (await counting) ? { version, group, ciphertexts } : undefined;
  }

  return {
    async encrypt(key, items, options = {}) {
      for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
        const encrypted = await tryEncrypt(key, items, options);
        if (encrypted) return encrypted;
        // The version or a share has gone since it was read.
      }
      throw new Error(`${cryptoKeyName(key)} changed ${ATTEMPTS} times while it was used`);
    },
    async decrypt(key, items) {
      const subjects = await subjectsOf(openKeys, key, items);
      const opened = await openKeys.open(key, [...subjects.values()]);
      if (!opened) return items.map(() => undefined);
      const results = await inTurns(items, ({ ciphertext }) => ciphertext.length, opener(key, opened, subjects));
      await used(key, new Set(results.flatMap((result) => result?.version ?? [])));
      return results;
    },
  };
}

/** What stands for each subject that a context names. */
async function subjectsOf(
  { subjectId }: OpenKeys,
  { tenant }: CryptoKeyName,
  items: readonly { readonly context: CryptoContext }[],
): Promise<ReadonlyMap<string, Buffer>> {
  const subjects = [...new Set(items.map(({ context }) => context.subject))];
  const ids = await Promise.all(subjects.map((subject) => subjectId(tenant, subject)));
  return new Map(subjects.map((subject, at) => [subject, ids[at] ?? Buffer.alloc(0)]));
}
