import type { Scope } from '@weir/context';
import type { GrantRecord } from '../domain/grant.ts';

/** Grants. Whatever changes one also changes what its tenant sees, in the same transaction. */
export interface GrantStore {
  /** Adds a grant, or gives the one that holds for the same tenant, component and range a new end. */
  put(scope: Scope, grant: NewGrant): Promise<GrantRecord>;
  /** A grant, ended or not, held until the transaction ends. */
  hold(scope: Scope, tenant: string, id: string): Promise<GrantRecord | undefined>;
  /** Ends a grant. */
  revoke(scope: Scope, tenant: string, id: string): Promise<GrantRecord>;
  /** By tenant, then component, then id, ascending. */
  list(scope: Scope, page: GrantPage): Promise<GrantRecord[]>;
}

/** What a grant is made of. */
export type NewGrant = Pick<GrantRecord, 'tenant' | 'component' | 'range' | 'expiresAt' | 'grantedBy'>;

/** Which grants to list. */
export interface GrantPage {
  /** Undefined: of all tenants. */
  readonly tenant: string | undefined;
  /** Undefined: of all components. */
  readonly component: string | undefined;
  readonly showEnded: boolean;
  readonly after: Pick<GrantRecord, 'tenant' | 'component' | 'id'> | undefined;
  readonly limit: number;
}
