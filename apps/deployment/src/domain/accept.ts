import { Colour, ColourState, Phase } from '@weir/contracts/deployment';
import { reason } from '@weir/errors';
import { endWindow, phaseName } from './commands.ts';
import { isUnderWay } from './phases.ts';
import type { BuiltColour, Cause, Lane, Plan, Rollout } from './lane.ts';
import { followUse } from './use.ts';

/** Adds a rollout to its lane, in PENDING. Throws where another one is in the way. */
export function accept(lane: Lane, name: string, plan: Plan, abortAfterMs: number, cause: Cause): Rollout {
  const underWay = lane.rollouts.find(isUnderWay);
  if (underWay) {
    throw reason('ROLLOUT_IN_PROGRESS', { deployment: underWay.name, phase: phaseName(underWay.phase) });
  }
  const frozen = lane.rollouts.find(({ freeze }) => freeze !== undefined);
  if (frozen?.freeze) {
    throw reason('DEPLOYMENT_FROZEN', { name: frozen.name, actor: frozen.freeze.actor, why: frozen.freeze.reason });
  }
  for (const earlier of lane.rollouts) endWindow(earlier);
  const active = lane.rollouts.find((other) => other.name === lane.active);
  lane.revisions += 1;
  const rollout = newRollout(name, lane.revisions, plan, active, cause, abortAfterMs);
  lane.rollouts.push(rollout);
  followUse(lane);
  return rollout;
}

function newRollout(
  name: string,
  revision: number,
  plan: Plan,
  old: Rollout | undefined,
  { actor, reason: why, now }: Cause,
  abortAfterMs: number,
): Rollout {
  return {
    name,
    revision,
    plan,
    phase: Phase.PENDING,
    back: false,
    settled: false,
    freeze: undefined,
    version: 1,
    colour: newColour(plan, old),
    old: old?.name,
    oldColour: undefined,
    windowEnded: false,
    abortAt: now + abortAfterMs,
    validAt: undefined,
    drainUntil: undefined,
    warmUntil: undefined,
    switchMs: undefined,
    cutOff: 0,
    failure: undefined,
    history: [{ phase: Phase.PENDING, startedAt: now, endedAt: undefined, actor, reason: why }],
    checks: [],
    use: { versions: [], generation: 0, recorded: 0 },
  };
}

const newColour = ({ version, digest }: Plan, old: Rollout | undefined): BuiltColour => ({
  colour: old?.colour.colour === Colour.BLUE ? Colour.GREEN : Colour.BLUE,
  version,
  digest,
  state: ColourState.STARTING,
  wanted: false,
  desired: 0,
  ready: [],
  running: 0,
  activeFrom: undefined,
  activeUntil: undefined,
});
