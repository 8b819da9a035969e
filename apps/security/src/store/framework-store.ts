import type { Scope } from '@weir/context';
import type { FrameworkConfig, TenantFrameworks } from '../domain/compliance/framework-config.ts';
import type { KnownFramework } from '../domain/compliance/frameworks.ts';

/** A configuration to be put. */
export type NewFrameworkConfig = Pick<FrameworkConfig, 'framework' | 'revision' | 'isActive' | 'parameters'>;

/** Keeps what tenants have configured, with its whole history. Every method sees the tenants of its scope only. */
export interface FrameworkStore {
  /** As configured now. */
  find(scope: Scope, tenant: string): Promise<TenantFrameworks>;
  /** When each framework was first configured. */
  since(scope: Scope, tenant: string): Promise<ReadonlyMap<KnownFramework, Date>>;
  /** Puts the next revision of a framework. Lock the tenant's policies before: both decide together. */
  put(scope: Scope, tenant: string, config: NewFrameworkConfig, by: string): Promise<void>;
  /** Says how old the keys of a tenant may become; undefined: no framework bounds it. */
  setCryptoperiod(scope: Scope, tenant: string, ms: number | undefined): Promise<void>;
  /** Notes that access rights were reviewed just now. */
  reviewed(scope: Scope, tenant: string): Promise<void>;
}
