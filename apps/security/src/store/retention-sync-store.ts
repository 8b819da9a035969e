import type { Scope } from '@weir/context';
import type { FrameworkConfig } from '../domain/compliance/framework-config.ts';

/** What audit was last told about a tenant. */
export interface AppliedRetention {
  /** The present revision of the tenant's policies and frameworks. */
  readonly revision: bigint;
  /** The minimums in one text; empty: none. */
  readonly minimums: string;
  /** Undefined: audit was never told anything. */
  readonly appliedAt: Date | undefined;
}

/** What audit has confirmed, and the configurations that it follows from. */
export interface ToldRetention {
  readonly revision: bigint;
  readonly minimums: string;
  readonly configs: readonly Pick<FrameworkConfig, 'framework' | 'revision'>[];
}

/** Keeps what audit was told about how long it must keep the logs of tenants. */
export interface RetentionSyncStore {
  /** Tenants whose policies or frameworks changed since, or that audit was told of before `staleBefore`. */
  due(scope: Scope, staleBefore: Date, limit: number): Promise<string[]>;
  /** The same of one tenant, that no other replica is at work on; undefined: one is. */
  lock(scope: Scope, tenant: string): Promise<AppliedRetention | undefined>;
  /** Notes what audit confirmed. Call `lock` before. */
  applied(scope: Scope, tenant: string, told: ToldRetention): Promise<void>;
}
