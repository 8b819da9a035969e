import type { Scope } from '@weir/context';
import type { SigningKeyRecord } from '../domain/signing-key.ts';

/** A key with its private half, encrypted under the master key. */
export interface StoredSigningKey extends SigningKeyRecord {
  /** Undefined once it is destroyed. */
  readonly sealed: Buffer | undefined;
}

/** Keeps the keys that sign tokens. They belong to the platform, so a scope only tells which transaction to join. */
export interface SigningKeyStore {
  /** All keys, oldest first. */
  all(scope: Scope): Promise<StoredSigningKey[]>;
  /** Nobody else rotates before the transaction ends; answers with the database's time. */
  lock(scope: Scope): Promise<Date>;
  insert(scope: Scope, key: StoredSigningKey): Promise<void>;
  /** Replaces what may change: times, revocation and the private half. */
  update(scope: Scope, key: StoredSigningKey): Promise<void>;
  /** Tells every replica that the keys are other ones. */
  touch(scope: Scope): Promise<void>;
  /** Destroys the private halves of keys that are retired. */
  destroyRetired(scope: Scope): Promise<void>;
}
