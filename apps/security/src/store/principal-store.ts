import type { Scope } from '@weir/context';
import type { PrincipalKind, PrincipalState, Role } from '@weir/contracts/security';
import type { GrantHolder } from '../domain/access/stale-grants.ts';
import type { PrincipalKey, PrincipalRecord } from '../domain/principal.ts';

/** What a new principal is made of. */
export interface NewPrincipal extends PrincipalKey {
  readonly kind: PrincipalKind;
  readonly displayName: string;
  readonly roles: readonly Role[];
}

/** Which principals of a tenant, or of the platform (""), a list shows. */
export interface PrincipalFilter {
  readonly tenant: string;
  readonly kind: PrincipalKind | undefined;
  readonly role: Role | undefined;
  readonly state: PrincipalState | undefined;
}

/** What can be changed about a principal; what is left out stays. */
export interface PrincipalChange {
  readonly displayName?: string;
  readonly roles?: readonly Role[];
  readonly disabled?: boolean;
}

/** Keeps principals. Every method sees the principals of its scope only. */
export interface PrincipalStore {
  /** Undefined when the id is in use. */
  create(scope: Scope, principal: NewPrincipal): Promise<PrincipalRecord | undefined>;
  find(scope: Scope, key: PrincipalKey): Promise<PrincipalRecord | undefined>;
  /** Like `find`, and nobody else changes it before the transaction ends. */
  lock(scope: Scope, key: PrincipalKey): Promise<PrincipalRecord | undefined>;
  /** Those that administer the platform and may; nobody else changes them before the transaction ends. */
  lockAdmins(scope: Scope): Promise<PrincipalRecord[]>;
  /** By id, ascending, those after `after`. */
  list(scope: Scope, filter: PrincipalFilter, after: string, limit: number): Promise<PrincipalRecord[]>;
  change(scope: Scope, key: PrincipalKey, change: PrincipalChange): Promise<PrincipalRecord>;
  /** All principals of a tenant with since when they have their roles. */
  grantHolders(scope: Scope, tenant: string): Promise<GrantHolder[]>;
}
