import { platformScope } from '@weir/context';
import type { Logger } from 'pino';
import type { Lane } from '../domain/lane.ts';
import { settled } from '../routes/settled.ts';
import type { LaneKey, RolloutStore } from '../store/rollout-store.ts';
import type { Target } from '../target/target.ts';
import type { Prober } from '../workers/probe.ts';
import type { FindLocation } from '../workers/smoke-run.ts';
import type { WorkerClients } from '../workers/worker-clients.ts';
import { keepLane, type KeptLane } from './lane-keeper.ts';
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
  const { store, target, use, log } = options;
  const scope = platformScope();
  const ending = new AbortController();
  let woken = Promise.withResolvers<void>();
  const wake = (): void => woken.resolve();
  const validating = validations({ ...options, scope, onDone: wake });
  const problems = problemLog(log);
  target.onChange(wake);
  use.onChange(wake);

  const keep = (key: LaneKey): Promise<KeptLane | undefined> =>
    problems.watch(laneName(key), keepLane({ ...options, scope, validating }, key));
  async function look(): Promise<boolean> {
    const keys = await problems.watch('lanes', store.liveLanes(scope));
    // What is not known to be gone stays.
    if (!keys) return false;
    const kept = (await Promise.all(keys.map(keep))).filter((lane) => lane !== undefined);
    const seen = kept.map(({ lane }) => lane);
    if (seen.length === keys.length) forgetOthers(seen, options);
    if (kept.some(({ stepped }) => stepped)) wake();
    return seen.some(({ rollouts }) => rollouts.some((rollout) => !rollout.settled));
  }
  async function loop(): Promise<void> {
    while (!ending.signal.aborted) {
      woken = Promise.withResolvers<void>();
      const isBusy = await look();
      await settled(woken.promise, isBusy ? BUSY_MS : QUIET_MS, ending.signal);
    }
  }
  const running = loop();

  return {
    wake,
    ready: () => problems.of('lanes'),
    async [Symbol.asyncDispose]() {
      ending.abort();
      await validating[Symbol.asyncDispose]();
      await running;
    },
  };
}

/** Tells once of what goes wrong, and of nothing while it goes on to go wrong in the same way. */
function problemLog(log: Logger) {
  const problems = new Map<string, string>([['lanes', 'the lanes have not been looked at yet']]);
  return {
    of: (subject: string): string | undefined => problems.get(subject),
    async watch<T>(subject: string, work: Promise<T>): Promise<T | undefined> {
      try {
        const result = await work;
        problems.delete(subject);
        return result;
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        if (problems.get(subject) !== message) log.warn({ err: error, subject }, 'rollouts stand still; trying again');
        problems.set(subject, message);
        return undefined;
      }
    },
  };
}

const laneName = ({ tenant, environment, component }: LaneKey): string => `${tenant}/${environment}/${component}`;

function forgetOthers(lanes: readonly Lane[], { target, clients, use, prober }: RunnerOptions): void {
  const live = new Set(lanes.flatMap(({ rollouts }) => rollouts.map(({ name }) => name)));
  for (const deployment of target.deployments()) if (!live.has(deployment)) target.remove(deployment);
  const replicas = target.deployments().flatMap((deployment) => target.replicas(deployment));
  clients.keepOnly(new Set(replicas.flatMap(({ address }) => (address === undefined ? [] : [address]))));
  prober.keepOnly(new Set(replicas.map(({ name }) => name)));
  use.keepOnly(live);
}
