import { ColourState, Phase } from '@weir/contracts/deployment';
import { oldOf, type Lane, type Rollout } from './lane.ts';
import { isBeforeSwitch } from './phases.ts';

/** What is known beyond the persisted state when a step is decided. */
export interface Seen {
  readonly now: number;
  /** Replicas of its colour that ended in a row without having been ready. */
  readonly failedStarts: number;
  /** What validation of the new colour came to; undefined while it measures. */
  readonly verdict: Verdict | undefined;
  /** Why the registry refused its use of the version for good. */
  readonly refusal: { readonly reason: string; readonly description: string } | undefined;
}

/** What came of a validation; `problem` says which checks did not pass. */
export interface Verdict {
  readonly passed: boolean;
  readonly problem: string;
}

/** The next step of a rollout. Each is persisted before its effect on replicas is made. */
export type Step =
  | { readonly kind: 'provision' | 'validate' | 'valid' | 'invalid' | 'await-promotion' }
  | { readonly kind: 'begin-switch' | 'switch' | 'succeed' | 'cut-off' | 'release' | 'release-old' | 'settle' }
  | { readonly kind: 'abort' | 'fail'; readonly reason: string; readonly description: string };

/** Starts of replicas that may fail in a row before the rollout does. */
export const MAX_FAILED_STARTS = 3;
/** How long after a switch callers may still send work to the colour that they knew. */
export const ROUTE_SPREAD_MS = 500;

/** Decides the next step from the persisted state and what is seen; undefined: wait. Pure. */
export function nextStep(lane: Lane, rollout: Rollout, seen: Seen): Step | undefined {
  if (rollout.settled) return undefined;
  // A switch that has begun is completed, frozen or not.
  if (rollout.phase === Phase.SWITCHING) return stepOfSwitch(lane, rollout, seen);
  if (rollout.freeze) return undefined;
  if (isBeforeSwitch(rollout)) return stepBeforeSwitch(lane, rollout, seen);
  if (rollout.phase === Phase.DRAINING) return stepOfDrain(lane, rollout, seen);
  if (rollout.phase === Phase.SUCCEEDED) return stepOfWarmth(lane, rollout, seen);
  return stepOfRemoval(rollout, seen);
}

function stepBeforeSwitch(lane: Lane, rollout: Rollout, seen: Seen): Step | undefined {
  if (seen.refusal) return { kind: 'fail', ...seen.refusal };
  if (seen.failedStarts >= MAX_FAILED_STARTS) return cannotStart(seen);
  if (seen.now >= rollout.abortAt) {
    return { kind: 'abort', reason: 'ABORT_TIMER_FIRED', description: 'it was not promoted in time' };
  }
  switch (rollout.phase) {
    case Phase.PENDING:
      return hasRoom(lane, rollout) && rollout.use.recorded >= 1 ? { kind: 'provision' } : undefined;
    case Phase.PROVISIONING:
      return rollout.colour.ready.length >= rollout.colour.desired ? { kind: 'validate' } : undefined;
    case Phase.VALIDATING:
      return stepOfValidation(rollout, seen);
    default:
      return undefined;
  }
}

// Both colours of the lane before must be as they will stay: this rollout builds into the place of one of them.
const hasRoom = (lane: Lane, rollout: Rollout): boolean =>
  lane.rollouts.every((other) => other === rollout || other.settled);

function stepOfValidation(rollout: Rollout, { now, verdict }: Seen): Step | undefined {
  const { plan, colour, validAt } = rollout;
  if (verdict && !verdict.passed) return { kind: 'fail', reason: 'VALIDATION_FAILED', description: verdict.problem };
  if (validAt === undefined) return verdict && { kind: 'valid' };
  // It must have stayed valid: losing replicas on the way begins anew.
  if (colour.ready.length < plan.minReady) return { kind: 'invalid' };
  if (plan.manual) return { kind: 'await-promotion' };
  return now >= validAt + plan.promoteAfterMs ? { kind: 'begin-switch' } : undefined;
}

function stepOfSwitch(lane: Lane, rollout: Rollout, seen: Seen): Step | undefined {
  const target = rollout.back ? oldOf(lane, rollout) : rollout;
  if (!target) return undefined;
  if (target.colour.ready.length >= rollout.plan.minReady) return { kind: 'switch' };
  return !rollout.back && seen.failedStarts >= MAX_FAILED_STARTS ? cannotStart(seen) : undefined;
}

function stepOfDrain(lane: Lane, rollout: Rollout, { now }: Seen): Step | undefined {
  const old = oldOf(lane, rollout);
  if (!old) return { kind: 'succeed' };
  if (now < (lane.switchedAt ?? 0) + ROUTE_SPREAD_MS) return undefined;
  if (old.colour.running === 0) return { kind: 'succeed' };
  return now >= (rollout.drainUntil ?? 0) ? { kind: 'cut-off' } : undefined;
}

function stepOfWarmth(lane: Lane, rollout: Rollout, { now }: Seen): Step | undefined {
  const old = oldOf(lane, rollout);
  if (!old) return { kind: 'settle' };
  if (!old.colour.wanted) return old.colour.state === ColourState.REMOVED ? { kind: 'settle' } : undefined;
  return rollout.windowEnded || now >= (rollout.warmUntil ?? 0) ? { kind: 'release-old' } : undefined;
}

/** FAILED, ABORTED and ROLLED_BACK: the new colour goes, after the work in flight on it where it has served. */
function stepOfRemoval({ colour, drainUntil }: Rollout, { now }: Seen): Step | undefined {
  if (colour.state === ColourState.REMOVED) return { kind: 'settle' };
  if (!colour.wanted) return undefined;
  const isIdle = colour.running === 0 && now >= (colour.activeUntil ?? 0) + ROUTE_SPREAD_MS;
  if (isIdle) return { kind: 'release' };
  return now >= (drainUntil ?? 0) ? { kind: 'cut-off' } : undefined;
}

const cannotStart = ({ failedStarts }: Seen): Step => ({
  kind: 'fail',
  reason: 'REPLICAS_NOT_STARTING',
  description: `replicas of the new colour ended ${failedStarts} times in a row before they were ready`,
});
