import type { Scope } from '@weir/context';
import type { PrincipalKey, PrincipalRecord } from '../domain/principal.ts';

/** What a token is issued on. */
export interface IssuanceTerms {
  /** The database's time: every replica issues and revokes by the same clock. */
  readonly now: Date;
  /** Changes when the signing keys do. */
  readonly keysRevision: bigint;
  /** The principals asked for that exist, with the time from which their tokens count. */
  readonly principals: readonly IssuancePrincipal[];
}

/** A principal that a token names. */
export interface IssuancePrincipal extends PrincipalRecord {
  /** Tokens issued before this are revoked, by its own or its tenant's revocation; undefined: none was. */
  readonly tokensValidFrom: Date | undefined;
}

/** Reads what issuing a token depends on. */
export interface IssuanceStore {
  /**
   * Holds off revocations of these principals and their tenants until the transaction ends: one that comes later finds
   * the token's `iat` before its own time, and one that came before is in the answer.
   */
  terms(scope: Scope, principals: readonly PrincipalKey[]): Promise<IssuanceTerms>;
}
