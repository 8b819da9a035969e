import type { Scope } from '@weir/context';
import type { Lane, Rollout } from '../domain/lane.ts';
import { NOTHING_SEEN } from '../domain/observe.ts';
import type { LaneKey, RolloutStore } from '../store/rollout-store.ts';
import type { ColourSpec, Target } from '../target/target.ts';
import type { Probed, Prober } from '../workers/probe.ts';
import { advance, type Knowledge } from './advance.ts';
import type { UseRecords } from './use-records.ts';
import type { Validations } from './validations.ts';

/** What a lane is kept with. */
export interface LaneKeeperOptions {
  readonly scope: Scope;
  readonly store: RolloutStore;
  readonly target: Target;
  readonly prober: Prober;
  readonly use: UseRecords;
  readonly validating: Validations;
  /** Called after every change that was persisted. */
  readonly onChange: () => void;
}

type AllProbed = ReadonlyMap<string, Probed>;

/** A lane as it is after a look at it. */
export interface KeptLane {
  readonly lane: Lane;
  /** A step was taken: the next one may be due. */
  readonly stepped: boolean;
}

/** Looks at a lane once: takes a step where one is due, and has the target follow. */
export async function keepLane(options: LaneKeeperOptions, key: LaneKey): Promise<KeptLane> {
  const { scope, store, target, use, validating } = options;
  const before = await store.read(scope, key);
  for (const rollout of before.rollouts) use.follow(before, rollout);
  const probed = await probeAll(before, options);
  const kept = await step(options, key, before, probed);
  follow(kept.lane, target);
  validating.follow(kept.lane);
  return kept;
}

async function step(options: LaneKeeperOptions, key: LaneKey, before: Lane, probed: AllProbed): Promise<KeptLane> {
  const { scope, store, target, validating, onChange } = options;
  const known = knowledge(probed, options);
  const trial = structuredClone(before);
  advance(trial, known);
  if (JSON.stringify(trial) === JSON.stringify(before)) return { lane: before, stepped: false };

  // Decided again under the lane's lock, on the state as it is then.
  const { lane, effects } = await store.change(scope, key, (current) => ({
    effects: advance(current, { ...known, now: Date.now() }),
    lane: current,
  }));
  onChange();
  for (const deployment of effects.cutOff) target.kill(deployment, probed.get(deployment)?.busy ?? []);
  for (const deployment of effects.judged) validating.forget(deployment);
  return { lane, stepped: effects.stepped };
}

async function probeAll(lane: Lane, { target, prober }: LaneKeeperOptions): Promise<AllProbed> {
  const probed = new Map<string, Probed>();
  await Promise.all(
    lane.rollouts.map(async ({ name }) => {
      const seen = await prober.probe(lane.tenant, target.replicas(name));
      probed.set(name, seen);
      if (seen.stuck.length > 0) target.kill(name, seen.stuck);
    }),
  );
  return probed;
}

const knowledge = (probed: AllProbed, { target, use, validating }: LaneKeeperOptions): Knowledge => ({
  now: Date.now(),
  colour: (deployment) => probed.get(deployment) ?? NOTHING_SEEN,
  failedStarts: (deployment) => target.failedStarts(deployment),
  checks: (deployment) => validating.checks(deployment),
  use: (deployment) => use.of(deployment),
});

/** Has the target do what the persisted state says. */
function follow(lane: Lane, target: Target): void {
  for (const rollout of lane.rollouts) {
    if (rollout.colour.wanted) target.ensure(specOf(lane, rollout), rollout.colour.desired);
    else target.remove(rollout.name);
  }
}

const specOf = (lane: Lane, { name, colour }: Rollout): ColourSpec => ({
  deployment: name,
  lane,
  colour: colour.colour,
  componentVersion: `${lane.component}/versions/${colour.version}`,
  digest: colour.digest,
});
