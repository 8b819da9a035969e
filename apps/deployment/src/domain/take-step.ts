import { ColourState, Phase } from '@weir/contracts/deployment';
import { oldOf, OWN_ACTOR, type BuiltColour, type Lane, type Plan, type Rollout } from './lane.ts';
import type { Step } from './next-step.ts';
import { endEarly, enter, moveRoute, release } from './phases.ts';

/** Changes the state as a step says. The replicas follow once it is persisted. */
export function takeStep(lane: Lane, rollout: Rollout, step: Step, now: number): void {
  const old = oldOf(lane, rollout);
  switch (step.kind) {
    case 'abort':
      return endEarly(rollout, Phase.ABORTED, step, because(step.description, now));
    case 'fail':
      return endEarly(rollout, Phase.FAILED, step, because(step.description, now));
    case 'switch':
      return rollout.back ? switchBack(lane, rollout, now) : switchOver(lane, rollout, now);
    case 'cut-off':
      return cutOff(rollout, old, now);
    case 'succeed':
      return succeed(rollout, old, now);
    case 'release-old':
      return releaseOld(rollout, old);
    case 'release':
      return release(rollout);
    case 'settle':
      return settle(rollout, old);
    default:
      return goOn(rollout, old, step.kind, now);
  }
}

/** The steps towards the switch. */
function goOn(rollout: Rollout, old: Rollout | undefined, kind: Towards, now: number): void {
  switch (kind) {
    case 'provision':
      return provision(rollout, old, now);
    case 'validate':
      return enter(rollout, Phase.VALIDATING, because('every replica is ready', now));
    case 'valid':
      return noteValid(rollout, now);
    case 'invalid':
      return noteValid(rollout, undefined);
    case 'await-promotion':
      return enter(rollout, Phase.AWAITING_PROMOTION, because('every check passed', now));
    case 'begin-switch':
      return enter(rollout, Phase.SWITCHING, because('every check passed', now));
  }
}

type Towards = Extract<
  Step['kind'],
  'provision' | 'validate' | 'valid' | 'invalid' | 'await-promotion' | 'begin-switch'
>;

const because = (reason: string, now: number) => ({ actor: OWN_ACTOR, reason, now });

function provision(rollout: Rollout, old: Rollout | undefined, now: number): void {
  const { colour } = rollout;
  colour.wanted = true;
  colour.desired = replicasFor(rollout.plan, old?.colour);
  colour.state = ColourState.STARTING;
  enter(rollout, Phase.PROVISIONING, because(`${colour.desired} replica(s) come up`, now));
}

function noteValid(rollout: Rollout, since: number | undefined): void {
  rollout.validAt = since;
  rollout.version += 1;
}

function releaseOld(rollout: Rollout, old: Rollout | undefined): void {
  rollout.windowEnded = true;
  if (old) release(old);
}

/** As many as the old colour has now, within what the plan allows. */
export function replicasFor({ minReplicas, maxReplicas, minReady }: Plan, old: BuiltColour | undefined): number {
  const now = old ? Math.max(old.desired, old.ready.length) : 0;
  return Math.min(maxReplicas, Math.max(minReplicas, minReady, now));
}

function switchOver(lane: Lane, rollout: Rollout, now: number): void {
  rollout.switchMs = now - (rollout.history.at(-1)?.startedAt ?? now);
  moveRoute(lane, rollout, now);
  rollout.drainUntil = now + rollout.plan.drainMs;
  const reason = `the route points at ${rollout.plan.version}, generation ${lane.generation}`;
  enter(rollout, Phase.DRAINING, because(reason, now));
}

function switchBack(lane: Lane, rollout: Rollout, now: number): void {
  const old = oldOf(lane, rollout);
  if (!old) return;
  moveRoute(lane, old, now);
  rollout.drainUntil = now + rollout.plan.drainMs;
  const reason = `the route points at ${old.plan.version} again, generation ${lane.generation}`;
  enter(rollout, Phase.ROLLED_BACK, because(reason, now));
}

function succeed(rollout: Rollout, old: Rollout | undefined, now: number): void {
  if (old) {
    old.colour.state = ColourState.WARM;
    rollout.warmUntil = now + rollout.plan.windowMs;
  }
  const reason = rollout.cutOff > 0 ? `${rollout.cutOff} piece(s) of work were cut off` : 'no work is left behind';
  enter(rollout, Phase.SUCCEEDED, because(reason, now));
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
