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

/** The balance of a version: what it was counted for, and what has left it. */
export interface VersionBalance {
  readonly counted: bigint;
  readonly rewrapped: bigint;
  readonly discarded: bigint;
  readonly erased: bigint;
  /** The ciphertexts that are on record, counted one by one; it must be what the balance leaves. */
  readonly onRecord: bigint;
  /** When it was read: now, or when the version was retired. */
  readonly countedAt: Date;
  /** The audit event of its retirement. */
  readonly retirementEvent: string | undefined;
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
  /** The balance of a version, and nobody else changes it before the transaction ends. Undefined: no such version. */
  balance(scope: Scope, key: CryptoKeyName, version: number): Promise<VersionBalance | undefined>;
  /** Erases the material of a version. Call `lock` and `balance` before. */
  retire(scope: Scope, key: CryptoKeyName, version: number, event: string): Promise<CryptoKeyRecord>;
  /** Erases the material of all versions and of the subjects under them. Call `lock` before. */
  destroy(scope: Scope, key: CryptoKeyName): Promise<CryptoKeyRecord>;
  /** Those whose primary version is older than they allow. */
  due(scope: Scope): Promise<CryptoKeyName[]>;
}
