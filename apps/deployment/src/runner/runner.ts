import { setTimeout as wait } from 'node:timers/promises';
import { platformScope } from '@weir/context';
import type { Logger } from 'pino';
import type { Lane, Rollout } from '../domain/lane.ts';
import { NOTHING_SEEN } from '../domain/observe.ts';
import type { LaneKey, RolloutStore } from '../store/rollout-store.ts';
import type { ColourSpec, Target } from '../target/target.ts';
import type { Probed, Prober } from '../workers/probe.ts';
import type { FindLocation } from '../workers/smoke-run.ts';
import type { WorkerClients } from '../workers/worker-clients.ts';
import { advance, type Effects, type Knowledge } from './advance.ts';
import type { UseRecords } from './use-records.ts';
import { validations } from './validations.ts';

/** What the runner works with. */
export interface RunnerOptions {
  readonly store: RolloutStore;
  readonly target: Target;
  readonly clients: WorkerClients;
  readonly prober: Prober;
  readonly use: UseRecords;
  readonly locate: FindLocation;
  readonly log: Logger;
  /** Called after every change that was persisted. */
  readonly onChange: () => void;
}

/** Carries rollouts out, and keeps the replicas of every colour that is wanted. */
export interface Runner extends AsyncDisposable {
  /** Something has changed: look at once. */
  wake(): void;
  /** Why it does not do its work; undefined when it does. */
  ready(): string | undefined;
}

const BUSY_MS = 200;
const QUIET_MS = 1_000;

/** Starts the runner: it looks at every live lane again and again, and persists each step before it takes effect. */
export function startRunner(options: RunnerOptions): Runner {
  const { store, target, log, onChange } = options;
  const scope = platformScope();
  const ending = new AbortController();
  let woken = Promise.withResolvers<void>();
  const wake = (): void => woken.resolve();
  const validating = validations({ ...options, scope, onDone: wake });
  let problem: string | undefined = 'the lanes have not been looked at yet';
  target.onChange(wake);

  async function tend(key: LaneKey): Promise<Lane> {
    const before = await store.read(scope, key);
    await Promise.all(before.rollouts.map((rollout) => options.use.follow(before, rollout)));
    const probed = await probeAll(before, options);
    const known = knowledge(probed, options, validating);
    const trial = structuredClone(before);
    advance(trial, known);
    if (JSON.stringify(trial) === JSON.stringify(before)) return before;

    // Decided again under the lane's lock, on the state as it is then.
    const { lane, effects } = await store.change(scope, key, (current) => ({
      effects: advance(current, known),
      lane: current,
    }));
    onChange();
    take(effects, probed);
    return lane;
  }
  function take({ cutOff, judged }: Effects, probed: ReadonlyMap<string, Probed>): void {
    for (const deployment of cutOff) target.kill(deployment, probed.get(deployment)?.busy ?? []);
    for (const deployment of judged) validating.forget(deployment);
  }
  async function look(): Promise<boolean> {
    const keys = await store.liveLanes(scope);
    const lanes = await Promise.all(keys.map((key) => tend(key)));
    for (const lane of lanes) {
      follow(lane, target);
      validating.follow(lane);
    }
    forgetOthers(lanes, options);
    return lanes.some(({ rollouts }) => rollouts.some(({ settled }) => !settled));
  }
  async function loop(): Promise<void> {
    while (!ending.signal.aborted) {
      woken = Promise.withResolvers<void>();
      const pause = await look().then(
        (busy) => {
          problem = undefined;
          return busy ? BUSY_MS : QUIET_MS;
        },
        (error: unknown) => {
          const message = error instanceof Error ? error.message : String(error);
          if (problem !== message) log.warn({ err: error }, 'rollouts stand still; trying again');
          problem = message;
          return QUIET_MS;
        },
      );
      const slept = new AbortController();
      const sleep = wait(pause, undefined, { signal: AbortSignal.any([ending.signal, slept.signal]) });
      await Promise.race([sleep.catch(() => undefined), woken.promise]);
      slept.abort();
    }
  }
  const running = loop();

  return {
    wake,
    ready: () => problem,
    async [Symbol.asyncDispose]() {
      ending.abort();
      wake();
      await validating[Symbol.asyncDispose]();
      await running;
    },
  };
}

async function probeAll(lane: Lane, { target, prober }: RunnerOptions): Promise<ReadonlyMap<string, Probed>> {
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

const knowledge = (
  probed: ReadonlyMap<string, Probed>,
  { target, use }: RunnerOptions,
  validating: { checks(deployment: string): ReturnType<Knowledge['checks']> },
): Knowledge => ({
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

function forgetOthers(lanes: readonly Lane[], { target, clients, use }: RunnerOptions): void {
  const live = new Set(lanes.flatMap(({ rollouts }) => rollouts.map(({ name }) => name)));
  for (const deployment of target.deployments()) if (!live.has(deployment)) target.remove(deployment);
  const addresses = target.deployments().flatMap((deployment) => target.replicas(deployment));
  clients.keepOnly(new Set(addresses.flatMap(({ address }) => (address === undefined ? [] : [address]))));
  use.keepOnly(live);
}
