import type { Scope } from '@weir/context';
import type { VersionUse } from '@weir/contracts/registry';
import type { LifecycleRecord } from '../domain/lifecycle.ts';
import type { VersionPlace } from '../domain/published-version.ts';

/** Where versions stand in their lifecycle, and who uses them. */
export interface LifecycleStore {
  /** A version's place in its lifecycle, held until the transaction ends. Undefined when there is no such version. */
  hold(scope: Scope, name: string): Promise<HeldLifecycle | undefined>;
  /** Writes it, with a new revision. */
  set(scope: Scope, before: HeldLifecycle, record: LifecycleRecord): Promise<void>;
  /** Whether a version exists and is ACTIVE. */
  isActive(scope: Scope, name: string): Promise<boolean>;
  /** Who uses a version now, or may. */
  use(scope: Scope, place: VersionPlace): Promise<VersionUse>;
}

/** Where a version stands. */
export interface HeldLifecycle extends LifecycleRecord, VersionPlace {
  readonly revision: bigint;
}
