import { ColourState, Phase } from '@weir/contracts/deployment';
import type { BuiltColour, Cause, Lane, Rollout } from './lane.ts';

const BEFORE_SWITCH: ReadonlySet<Phase> = new Set([
  Phase.PENDING,
  Phase.PROVISIONING,
  Phase.VALIDATING,
  Phase.AWAITING_PROMOTION,
]);
const UNDER_WAY: ReadonlySet<Phase> = new Set([...BEFORE_SWITCH, Phase.SWITCHING, Phase.DRAINING]);

/** Whether the route has not moved, nor begun to. */
export const isBeforeSwitch = ({ phase }: Rollout): boolean => BEFORE_SWITCH.has(phase);

/** Whether it has not ended. */
export const isUnderWay = ({ phase }: Rollout): boolean => UNDER_WAY.has(phase);

/** Whether the old colour is there to switch back to. */
export const canGoBackNow = (rollout: Rollout, old: BuiltColour): boolean =>
  (rollout.phase === Phase.DRAINING || rollout.phase === Phase.SUCCEEDED) &&
  !rollout.settled &&
  !rollout.windowEnded &&
  old.wanted;

/** Enters a phase: the one before ends now. */
export function enter(rollout: Rollout, phase: Phase, { actor, reason, now }: Cause): void {
  const last = rollout.history.at(-1);
  if (last) last.endedAt = now;
  rollout.history.push({ phase, startedAt: now, endedAt: undefined, actor, reason });
  rollout.phase = phase;
  rollout.version += 1;
}

/** Ends a rollout before its switch; its colour is to go. */
export function endEarly(
  rollout: Rollout,
  phase: Phase,
  failure: { reason: string; description: string },
  cause: Cause,
) {
  rollout.failure = { ...failure, phase: rollout.phase };
  enter(rollout, phase, cause);
  release(rollout);
}

/** The colour is no longer wanted. */
export function release(rollout: Rollout): void {
  rollout.colour.wanted = false;
  rollout.colour.desired = 0;
}

/** Points the route at the colour of `to`; the one that served until now drains. */
export function moveRoute(lane: Lane, to: Rollout, now: number): void {
  const from = lane.rollouts.find(({ name }) => name === lane.active);
  if (from && from !== to) {
    from.colour.state = ColourState.DRAINING;
    from.colour.activeUntil = now;
  }
  to.colour.state = ColourState.ACTIVE;
  to.colour.activeFrom ??= now;
  to.colour.activeUntil = undefined;
  lane.active = to.name;
  lane.generation += 1;
  lane.switchedAt = now;
}
