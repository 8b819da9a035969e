import { Promotion, type DeploymentSpec } from '@weir/contracts/deployment';
import { millis } from './durations.ts';
import type { Plan } from './lane.ts';

/** What a rollout goes by, from a specification with every default filled in. */
export function planOf({ version, strategy, container }: DeploymentSpec, digest: string) {
  const plan: Plan = {
    version,
    digest,
    manual: strategy?.promotion === Promotion.MANUAL,
    promoteAfterMs: millis(strategy?.promoteAfter) ?? 0,
    drainMs: millis(strategy?.drainTimeout) ?? 0,
    windowMs: millis(strategy?.rollbackWindow) ?? 0,
    minReady: strategy?.minReadyReplicas ?? 1,
    minReplicas: container?.minReplicas ?? 1,
    maxReplicas: container?.maxReplicas ?? 1,
  };
  return { plan, abortAfterMs: millis(strategy?.abortAfter) ?? 0 };
}
