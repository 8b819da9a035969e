import { Lifecycle, lifecycleToJSON } from '@weir/contracts/registry';
import { invalid, reason } from '@weir/errors';

/** Where a version stands, and why. */
export interface LifecycleRecord {
  readonly lifecycle: Lifecycle;
  readonly reason: string;
  /** "components/<id>/versions/<semver>"; empty: none. */
  readonly replacement: string;
  readonly sunsetAt: Date | undefined;
  readonly forced: boolean;
}

/** What is asked for; what is left open stays as it is. */
export interface LifecycleStep {
  readonly lifecycle: Lifecycle;
  readonly reason: string;
  readonly replacement: string;
  readonly sunsetAt: Date | undefined;
}

/** Where a step leads from where a version stands. Throws LIFECYCLE_STEP_INVALID for any but the next one or none. */
export function stepped(name: string, current: LifecycleRecord, step: LifecycleStep): LifecycleRecord {
  const { lifecycle } = step;
  if (lifecycle !== current.lifecycle && lifecycle !== current.lifecycle + 1) {
    throw reason('LIFECYCLE_STEP_INVALID', { name, from: nameOf(current.lifecycle), to: nameOf(lifecycle) });
  }
  if (lifecycle === Lifecycle.ACTIVE) return current;
  const next = {
    lifecycle,
    reason: step.reason || current.reason,
    replacement: step.replacement || current.replacement,
    sunsetAt: step.sunsetAt ?? current.sunsetAt,
    forced: current.forced,
  };
  if (next.reason === '' && next.replacement === '') {
    throw invalid([{ field: 'reason', description: 'is required without a replacement' }]);
  }
  return next;
}

/** Whether two records say the same. */
export const isSame = (a: LifecycleRecord, b: LifecycleRecord): boolean =>
  a.lifecycle === b.lifecycle &&
  a.reason === b.reason &&
  a.replacement === b.replacement &&
  a.sunsetAt?.getTime() === b.sunsetAt?.getTime();

/** "DEPRECATED" */
export const nameOf = (lifecycle: Lifecycle): string => lifecycleToJSON(lifecycle).replace('LIFECYCLE_', '');
