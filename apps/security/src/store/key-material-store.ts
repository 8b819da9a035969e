import type { CryptoKeyName } from '../domain/crypto/crypto-key.ts';

/** A key, and whom a payload is about: 16 bytes. */
export interface KeyQuestion {
  readonly key: CryptoKeyName;
  readonly subject: Buffer;
}

/** Where a key stands just now. */
export interface KeyState {
  /** Changes with its versions. */
  readonly revision: bigint;
  readonly primaryVersion: number;
  readonly isDestroyed: boolean;
  /** Which key of the subject counts; undefined where there is none. */
  readonly subjectKey: bigint | undefined;
}

/** The versions of a key that have their material, sealed under the master key. */
export interface SealedKey {
  readonly revision: bigint;
  readonly versions: readonly { readonly version: number; readonly material: Buffer }[];
}

/** A person's own share, sealed under the master key. */
export interface SealedShare {
  readonly id: bigint;
  readonly material: Buffer;
}

/** A secret under the master key of this fingerprint. */
export interface SealedSecret {
  readonly material: Buffer;
  readonly masterKey: string;
}

/** Reads the material of keys, and keeps that of subjects. */
export interface KeyMaterialStore {
  /** As many as questions, in their order; null: there is no such key. Tenants may be mixed. */
  states(questions: readonly KeyQuestion[]): Promise<(KeyState | null)[]>;
  /** Undefined: there is no such key. */
  versions(key: CryptoKeyName): Promise<SealedKey | undefined>;
  shares(key: CryptoKeyName, subjects: readonly Buffer[]): Promise<(SealedShare & { readonly subject: Buffer })[]>;
  /** Adds those that are not there yet. */
  addShares(
    key: CryptoKeyName,
    shares: readonly { readonly subject: Buffer; readonly secret: SealedSecret }[],
  ): Promise<void>;
  /** The salt of a tenant: the one that is there, or else this one from now on. */
  salt(tenant: string, made: SealedSecret): Promise<Buffer>;
}
