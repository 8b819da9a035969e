import type { Scope } from '@weir/context';
import type { CryptoKeyName, CryptoKeyRecord } from '../domain/crypto/crypto-key.ts';

/** What a new key is made of. */
export interface NewCryptoKey extends CryptoKeyName {
  readonly displayName: string;
  readonly rotateEveryMs: number | undefined;
}

/** The material of a version, encrypted under a master key. */
export interface SealedVersion {
  readonly version: number;
  readonly material: Buffer;
  readonly masterKey: string;
}

/** Keeps keys and their versions. Every method sees the keys of its scope only. */
export interface CryptoKeyStore {
  /** With its version 1; undefined when the id is in use. */
  create(scope: Scope, key: NewCryptoKey, first: SealedVersion): Promise<CryptoKeyRecord | undefined>;
  find(scope: Scope, key: CryptoKeyName): Promise<CryptoKeyRecord | undefined>;
  /** Like `find`, and nobody else changes it before the transaction ends. */
  lock(scope: Scope, key: CryptoKeyName): Promise<CryptoKeyRecord | undefined>;
  /** Adds a version and makes it primary. Call `lock` before. */
  addVersion(scope: Scope, key: CryptoKeyName, version: SealedVersion): Promise<CryptoKeyRecord>;
  /** Those whose primary version is older than they allow. */
  due(scope: Scope): Promise<CryptoKeyName[]>;
}
