import type { Event } from '@weir/contracts/audit';
import type { CryptoKeyName } from '../domain/crypto/crypto-key.ts';
import type { CountChange } from './ciphertext-store.ts';

/** A kept token, as rewrapping sees it. */
export interface KeptToken {
  readonly token: string;
  readonly subject: Buffer;
  readonly ciphertext: Buffer;
}

/** What becomes of a page of tokens. */
export interface TokenChange {
  /** In the place of each token; undefined: stays as it is. */
  readonly ciphertexts: readonly (Buffer | undefined)[];
  readonly counts: CountChange;
  readonly event: Event;
}

/** Where a reading of tokens goes on: after this one. */
export type TokenPlace = Pick<KeptToken, 'token' | 'subject'>;

/** Keeps tokens under the versions of keys that are not retired. */
export interface TokenRewrapStore {
  /** Keys with tokens under another version than the primary one, which is named. */
  due(): Promise<(CryptoKeyName & { readonly primaryVersion: number })[]>;
  /**
   * Changes the next tokens that are not under `version`, with what is counted of them and the event, in one
   * transaction; tokens that another replica is at work on are left out. Undefined: there were none.
   */
  rewrap(
    key: CryptoKeyName,
    version: number,
    after: TokenPlace | undefined,
    change: (tokens: readonly KeptToken[]) => Promise<TokenChange>,
  ): Promise<TokenPlace | undefined>;
}
