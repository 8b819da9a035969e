import type { Scope } from '@weir/context';
import type { PrincipalKey } from '../domain/principal.ts';
import type { RevocationRecord } from '../domain/revocation.ts';

/** Keeps what no longer counts. Revisions become visible in their order: none is ever skipped. */
export interface RevocationStore {
  /** The token with this id, of a tenant or of none (""). Repeated it answers with the first. */
  revokeToken(scope: Scope, tenant: string, tokenId: string, expiresAt: Date): Promise<RevocationRecord>;
  /** All tokens of a principal that were issued until now, as subject or as actor. */
  revokePrincipal(scope: Scope, principal: PrincipalKey): Promise<RevocationRecord>;
  /** All tokens of a tenant that were issued until now. */
  revokeTenant(scope: Scope, tenant: string): Promise<RevocationRecord>;
  /** All tokens that a key signed. */
  revokeKey(scope: Scope, keyId: string): Promise<RevocationRecord>;
  /** Those after a revision, in their order, without what has expired; and what is the newest revision. */
  since(
    scope: Scope,
    revision: bigint,
  ): Promise<{ revision: bigint; keysRevision: bigint; revocations: RevocationRecord[] }>;
  /** Removes what has expired: no token that it matches can be valid any more. */
  purge(scope: Scope): Promise<void>;
}
