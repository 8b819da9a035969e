import type { TakenEvent } from '@weir/context';
import type { CryptoContext } from '@weir/contracts/security';
import type { CryptoKeyName } from '../domain/crypto/crypto-key.ts';
import type { CiphertextKind } from '../domain/crypto/envelope.ts';
import type { CiphertextStore, NewCiphertexts } from '../store/ciphertext-store.ts';
import { countsOf } from './counts.ts';
import { inTurns } from './in-turns.ts';
import type { OpenKeys } from './open-keys.ts';
import { opener, type Opened } from './opener.ts';
import { sealer, type Plain, type SealingPlan } from './sealer.ts';
import { sealingAttempts, subjectsOf } from './sealing-attempts.ts';
import type { MakeDefault } from './usable-key.ts';
import { usedVersions } from './used-versions.ts';

/** What is to be decrypted, and what it was bound to. */
export interface Sealed {
  readonly ciphertext: Buffer;
  readonly context: CryptoContext;
}

/** Which version a call encrypts under, and what the ids of its ciphertexts have in common. */
export interface Chosen {
  readonly version: number;
  readonly group: Buffer;
}

/** How to encrypt. */
export interface EncryptOptions {
  readonly kind?: CiphertextKind;
  readonly dataKeyPerItem?: boolean;
  /** Makes the audit event of the call, which is written with the count; once for each attempt. */
  readonly eventOf?: (chosen: Chosen) => Promise<TakenEvent | undefined>;
}

/** Keeps ciphertexts, and counts those that it keeps, in one transaction; false when the call does not count. */
export type Keep = (counted: NewCiphertexts, ciphertexts: readonly Buffer[]) => Promise<boolean>;

/** What was encrypted; the ids are those of `group`, from index 0 on. */
export interface Encrypted extends Chosen {
  readonly ciphertexts: readonly Buffer[];
}

/** Encrypts and decrypts under the keys of tenants; it keeps no payload. */
export interface Cryptographer {
  /** All or none, counted before it answers. KEY_NOT_FOUND, KEY_DESTROYED. At most 65,536 items. */
  encrypt(key: CryptoKeyName, items: readonly Plain[], options?: EncryptOptions): Promise<Encrypted>;
  /** The same, for what this service keeps itself: `keep` says which of it counts. A data key for each item. */
  encryptAndKeep(key: CryptoKeyName, items: readonly Plain[], keep: Keep): Promise<void>;
  /** One answer for each item; undefined for what does not open, whatever the cause. */
  decrypt(key: CryptoKeyName, items: readonly Sealed[]): Promise<(Opened | undefined)[]>;
}

/** What a cryptographer works with. */
export interface CryptographerParts {
  readonly openKeys: OpenKeys;
  readonly ciphertexts: CiphertextStore;
  readonly makeDefault: MakeDefault;
}

/**
 * Encrypts by what it knows of a key and lets the database count it only if that still is so: one statement for all calls
 * of a moment.
 */
export function cryptographer({ openKeys, ciphertexts, makeDefault }: CryptographerParts): Cryptographer {
  const attempts = sealingAttempts(openKeys, makeDefault);
  const count = countsOf(ciphertexts);
  const used = usedVersions(ciphertexts);

  async function tryEncrypt(plan: SealingPlan, items: readonly Plain[], options: EncryptOptions) {
    const { version, group } = plan;
    const event = await options.eventOf?.({ version, group });
    // The database writes while the items are encrypted; what is not counted is not answered.
    const counting = count({ ...plan.counted, event: event?.bytes });
    counting.catch(() => undefined);
    const ciphertexts = await sealed(plan, items, options);
    if (!(await counting)) return undefined;
    event?.committed();
    return { version, group, ciphertexts };
  }

  return {
    encrypt: (key, items, options = {}) => attempts(key, items, (plan) => tryEncrypt(plan, items, options)),
    async encryptAndKeep(key, items, keep) {
      await attempts(key, items, async (plan) => {
        const ciphertexts = await sealed(plan, items, { dataKeyPerItem: true });
        return (await keep(plan.counted, ciphertexts)) || undefined;
      });
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

const sealed = (
  plan: SealingPlan,
  items: readonly Plain[],
  { kind = 'payload', dataKeyPerItem = false }: EncryptOptions,
): Promise<Buffer[]> =>
  inTurns(items, ({ plaintext }) => plaintext.length, sealer(plan, { kind, dataKeyPerItem, encryptedAt: new Date() }));
