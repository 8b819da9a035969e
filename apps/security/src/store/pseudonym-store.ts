import type { Scope } from '@weir/context';
import type { PiiType } from '@weir/contracts/security';
import type { NewCiphertexts } from './ciphertext-store.ts';

/** What pseudonyms are keyed with, encrypted under a master key. */
export interface SealedPseudonymKey {
  readonly material: Buffer;
  readonly masterKey: string;
}

/** Which token, under which key, about whom. */
export interface TokenName {
  readonly token: string;
  /** The id of the key. */
  readonly key: string;
  /** The keyed hash of the person. */
  readonly subject: Buffer;
}

/** A token with its way back. */
export interface TokenRecord extends TokenName {
  readonly type: PiiType;
  readonly ciphertext: Buffer;
  /** The person, encrypted. */
  readonly subjectName: Buffer;
}

/** Keeps what pseudonyms are keyed with, and the way back from tokens. Every method sees its scope only. */
export interface PseudonymStore {
  /** The key of a tenant; `made` becomes it where there is none. */
  key(scope: Scope, tenant: string, made: SealedPseudonymKey): Promise<SealedPseudonymKey>;
  /** Which of these tokens are kept. */
  known(scope: Scope, tenant: string, tokens: readonly string[]): Promise<TokenName[]>;
  /**
   * Keeps tokens and counts those that it keeps, each by its place among them; what is kept already stays as it is, and
   * of this call it counts nothing. False, and nothing kept, when `counted` does not count.
   */
  keep(counted: NewCiphertexts, tokens: readonly TokenRecord[]): Promise<boolean>;
  /** The ways back from a token, the oldest first. */
  find(scope: Scope, tenant: string, token: string): Promise<(TokenRecord & { readonly createdAt: Date })[]>;
}
