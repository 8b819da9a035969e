import type { Scope } from '@weir/context';
import type { TenantRecord, TenantSettings } from '../domain/tenant.ts';

/** Tenants. One that was deleted more than 30 days ago is as good as gone. */
export interface TenantStore {
  /** Undefined when there is none of this id, or when the scope cannot see it. */
  find(scope: Scope, id: string): Promise<TenantRecord | undefined>;
  /** As `find`, and holds it until the transaction ends, so that what is decided about it stays true. */
  hold(scope: Scope, id: string): Promise<TenantRecord | undefined>;
  /** By id, ascending, from after `after`. */
  list(scope: Scope, page: TenantPage): Promise<TenantRecord[]>;
  /** Undefined when the id is in use. */
  create(scope: Scope, id: string, settings: TenantSettings): Promise<TenantRecord | undefined>;
  /** Writes the changes and a new revision. */
  change(scope: Scope, id: string, change: TenantChange): Promise<TenantRecord>;
  /** Job slots of the tenant whose lease has not ended; until the transaction ends no other is taken. */
  countRunningJobs(scope: Scope, id: string): Promise<number>;
}

/** Which tenants to list. */
export interface TenantPage {
  readonly after: string;
  readonly limit: number;
  readonly showDeleted: boolean;
}

/** What changes; what is left out stays. Null takes a time away. */
export interface TenantChange extends Partial<TenantSettings> {
  readonly suspendedAt?: Date | null;
  readonly deletedAt?: Date | null;
  readonly purgeAt?: Date | null;
}
