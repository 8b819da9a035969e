import type { Scope } from '@weir/context';
import type { LegalHold, Retention } from '@weir/contracts/audit';

/** A retention with its revision. */
export interface KeptRetention {
  readonly retention: Retention;
  readonly revision: bigint;
}

/** A hold with its revision. */
export interface KeptHold {
  readonly id: string;
  readonly hold: LegalHold;
  readonly revision: bigint;
}

/** How long events are kept, and what must be kept. */
export interface RetentionStore {
  /** The retention of a tenant; with `lock` nobody else changes it until the transaction ends. */
  retention(scope: Scope, tenant: string, lock?: 'lock'): Promise<KeptRetention | undefined>;
  putRetention(scope: Scope, tenant: string, kept: KeptRetention): Promise<void>;
  hold(scope: Scope, tenant: string, id: string, lock?: 'lock'): Promise<KeptHold | undefined>;
  /**
   * Adds a hold; false when the id is in use. Waits for a removal under way, and no later one starts without seeing it.
   */
  addHold(scope: Scope, tenant: string, kept: KeptHold): Promise<boolean>;
  putHold(scope: Scope, tenant: string, kept: KeptHold): Promise<void>;
  /** The holds that are not released, by id. */
  activeHolds(scope: Scope, tenant: string, limit: number): Promise<KeptHold[]>;
  /** The tenants that have a rule. */
  tenantsWithRules(scope: Scope): Promise<string[]>;
}
