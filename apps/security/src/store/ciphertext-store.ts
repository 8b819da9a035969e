import type { Scope } from '@weir/context';
import type { CryptoKeyName } from '../domain/crypto/crypto-key.ts';
import type { Members } from '../domain/crypto/members.ts';

/** Ciphertexts of one call about one subject. */
export interface Counted {
  /** What their ids have in common. */
  readonly group: Buffer;
  readonly subject: Buffer;
  readonly members: Members;
}

/** What a call is about to answer: it counts before anyone has it. */
export interface NewCiphertexts {
  readonly key: CryptoKeyName;
  readonly version: number;
  /** Of the key, as it was when its version was chosen. */
  readonly revision: bigint;
  /** The audit event of the call, which is written with the count. */
  readonly event?: Buffer | undefined;
  readonly parts: readonly (Counted & { readonly subjectKey: bigint | undefined })[];
}

/** Ids that need no version any more, or none but `version`. */
export interface Gone {
  readonly group: Buffer;
  readonly members: Members;
}

/** What happens to the counts of a key at once. */
export interface CountChange {
  /** The version that a stream wraps by. */
  readonly version: number;
  /** Need `version` from now on, beside what they need already. */
  readonly rewrapped: readonly Counted[];
  /** Need `version` and no other any more. */
  readonly confirmed: readonly Gone[];
  /** Need nothing any more. */
  readonly discarded: readonly Gone[];
}

/** What became of the ciphertexts about a person. */
export interface ErasedSubject {
  /** How many keys of the tenant had a share of the person. */
  readonly keys: number;
  /** How many ciphertexts became unreadable. */
  readonly ciphertexts: bigint;
}

/** Keeps which ciphertexts need which version of a key. */
export interface CiphertextStore {
  /** One answer for each call of the tenant: whether its key and the shares of its subjects are as they were, and so it counts. */
  count(tenant: string, calls: readonly NewCiphertexts[]): Promise<boolean[]>;
  /** False when `version` has no material any more; then nothing has changed. */
  change(key: CryptoKeyName, change: CountChange): Promise<boolean>;
  /** Notes that a version was used in this hour. */
  touch(key: CryptoKeyName, version: number): Promise<void>;
  /** Deletes a person's share of every key of the tenant; `validateOnly` says what would be lost. */
  eraseSubject(scope: Scope, tenant: string, subject: Buffer, validateOnly: boolean): Promise<ErasedSubject>;
  /** Forgets the ciphertexts of destroyed keys, so many at a time. */
  purge(limit: number): Promise<void>;
}
