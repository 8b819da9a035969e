import { ColourState, Phase } from '@weir/contracts/deployment';
import { oldOf, OWN_ACTOR, type Lane, type Rollout } from './lane.ts';
import type { Step } from './next-step.ts';
import { endEarly, enter, moveRoute, release } from './phases.ts';

/** Changes the state as a step says. The replicas follow once it is persisted. */
export function takeStep(lane: Lane, rollout: Rollout, step: Step, now: number): void {
  const because = (reason: string) => ({ actor: OWN_ACTOR, reason, now });
  const old = oldOf(lane, rollout);
  switch (step.kind) {
    case 'provision':
      rollout.colour.wanted = true;
      rollout.colour.desired = replicasFor(rollout, old);
      rollout.colour.state = ColourState.STARTING;
      return enter(rollout, Phase.PROVISIONING, because(`${rollout.colour.desired} replica(s) come up`));
    case 'validate':
      return enter(rollout, Phase.VALIDATING, because('every replica is ready'));
    case 'valid':
      rollout.validAt = now;
      rollout.version += 1;
      return;
    case 'invalid':
      rollout.validAt = undefined;
      rollout.version += 1;
      return;
    case 'await-promotion':
      return enter(rollout, Phase.AWAITING_PROMOTION, because('every check passed'));
    case 'begin-switch':
      return enter(rollout, Phase.SWITCHING, because('every check passed'));
    case 'switch':
      return rollout.back ? switchBack(lane, rollout, now) : switchOver(lane, rollout, now);
    case 'succeed':
      return succeed(rollout, old, now);
    case 'cut-off':
      return cutOff(rollout, old, now);
    case 'release':
      return release(rollout);
    case 'release-old':
      rollout.windowEnded = true;
      if (old) release(old);
      return;
    case 'settle':
      return settle(rollout, old);
    case 'abort':
      return endEarly(rollout, Phase.ABORTED, step, because(step.description));
    case 'fail':
      return endEarly(rollout, Phase.FAILED, step, because(step.description));
  }
}

/** As many as the old colour has now, within what the plan allows. */
function replicasFor({ plan }: Rollout, old: Rollout | undefined): number {
  const now = old ? Math.max(old.colour.desired, old.colour.ready.length) : 0;
  return Math.min(plan.maxReplicas, Math.max(plan.minReplicas, plan.minReady, now));
}

function switchOver(lane: Lane, rollout: Rollout, now: number): void {
  rollout.switchMs = now - (rollout.history.at(-1)?.startedAt ?? now);
  moveRoute(lane, rollout, now);
  rollout.drainUntil = now + rollout.plan.drainMs;
  const reason = `the route points at ${rollout.plan.version}, generation ${lane.generation}`;
  enter(rollout, Phase.DRAINING, { actor: OWN_ACTOR, reason, now });
}

function switchBack(lane: Lane, rollout: Rollout, now: number): void {
  const old = oldOf(lane, rollout);
  if (!old) return;
  moveRoute(lane, old, now);
  rollout.drainUntil = now + rollout.plan.drainMs;
  const reason = `the route points at ${old.plan.version} again, generation ${lane.generation}`;
  enter(rollout, Phase.ROLLED_BACK, { actor: OWN_ACTOR, reason, now });
}

function succeed(rollout: Rollout, old: Rollout | undefined, now: number): void {
  if (old) {
    old.colour.state = ColourState.WARM;
    rollout.warmUntil = now + rollout.plan.windowMs;
  }
  const reason = rollout.cutOff > 0 ? `${rollout.cutOff} piece(s) of work were cut off` : 'no work is left behind';
  enter(rollout, Phase.SUCCEEDED, { actor: OWN_ACTOR, reason, now });
}

/** The work in flight is given up; its replicas are ended by the runner and, where still wanted, started again. */
function cutOff(rollout: Rollout, old: Rollout | undefined, now: number): void {
  const drained = rollout.phase === Phase.DRAINING ? old : rollout;
  rollout.cutOff += drained?.colour.running ?? 0;
  if (drained) drained.colour.running = 0;
  if (rollout.phase === Phase.DRAINING) succeed(rollout, old, now);
  else release(rollout);
}

function settle(rollout: Rollout, old: Rollout | undefined): void {
  rollout.oldColour = old && structuredClone(old.colour);
  rollout.warmUntil = undefined;
  rollout.settled = true;
}
