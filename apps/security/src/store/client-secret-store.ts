import type { Scope } from '@weir/context';
import type { ClientSecretRecord } from '../domain/client-secret.ts';
import type { PrincipalKey, PrincipalRecord } from '../domain/principal.ts';

/** What a new secret is stored as. */
export interface NewClientSecret {
  readonly principal: PrincipalKey;
  readonly id: string;
  readonly displayName: string;
  /** From `SecretHasher.hash`. */
  readonly hash: string;
  readonly createdBy: string;
  /** How long it works, in milliseconds; undefined: until it is revoked. */
  readonly lifetimeMs: number | undefined;
}

/** What a secret is checked against. */
export interface Credential {
  readonly principal: PrincipalRecord;
  readonly hash: string;
  /** Neither revoked nor expired, and its principal not disabled. */
  readonly usable: boolean;
}

/** Where a page of secrets begins: after this one. */
export interface SecretCursor {
  readonly createdAt: Date;
  readonly id: string;
}

/** Keeps what is known about client secrets; never a secret itself. */
export interface ClientSecretStore {
  create(scope: Scope, secret: NewClientSecret): Promise<ClientSecretRecord>;
  countUsable(scope: Scope, principal: PrincipalKey): Promise<number>;
  /** Newest first. */
  list(scope: Scope, principal: PrincipalKey, page: SecretPage): Promise<ClientSecretRecord[]>;
  /** Makes it useless; one that is already keeps its time. Undefined when there is none. */
  revoke(scope: Scope, principal: PrincipalKey, id: string): Promise<ClientSecretRecord | undefined>;
  credential(scope: Scope, principal: PrincipalKey, id: string): Promise<Credential | undefined>;
  /** Notes that a token was issued for it: at most once in 30 s, so times are that much behind. */
  markUsed(scope: Scope, principal: PrincipalKey, id: string): Promise<void>;
  /** Keeps another hash of the same secret. */
  rehash(scope: Scope, principal: PrincipalKey, id: string, hash: string): Promise<void>;
  /** Puts the hash of a secret that is kept elsewhere in the place of the one before. */
  replace(scope: Scope, secret: NewClientSecret): Promise<void>;
}

/** Which part of a list of secrets. */
export interface SecretPage {
  readonly showUnusable: boolean;
  readonly after: SecretCursor | undefined;
  readonly limit: number;
}
