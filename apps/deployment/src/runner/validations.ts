import type { Scope } from '@weir/context';
import type { Logger } from 'pino';
import { millis } from '../domain/durations.ts';
import type { Thresholds } from '../domain/evaluate.ts';
import { oldOf, type Check, type Lane, type Rollout } from '../domain/lane.ts';
import type { DeploymentRecord, RolloutStore } from '../store/rollout-store.ts';
import type { Target } from '../target/target.ts';
import type { Prober } from '../workers/probe.ts';
import { smokeRequest, type FindLocation } from '../workers/smoke-run.ts';
import type { WorkerClients } from '../workers/worker-clients.ts';
import { isMeasured } from './advance.ts';
import { validate, type MeasuredColour } from './validation.ts';

/** The validations under way, at most one per rollout. They live in memory: after a restart they begin anew. */
export interface Validations extends AsyncDisposable {
  /** Starts those that are due in a lane, and ends those that are not any more. */
  follow(lane: Lane): void;
  /** What a finished one measured. */
  checks(deployment: string): readonly Check[] | undefined;
  forget(deployment: string): void;
}

/** What validations are made with. */
export interface ValidationsOptions {
  readonly scope: Scope;
  readonly store: RolloutStore;
  readonly target: Target;
  readonly prober: Prober;
  readonly clients: WorkerClients;
  readonly locate: FindLocation;
  readonly log: Logger;
  readonly onDone: () => void;
}

interface Running {
  readonly ending: AbortController;
  readonly done: Promise<void>;
  checks: readonly Check[] | undefined;
}

const LOCATION_MS = 30 * 60_000;

/** Starts validations as lanes come to need them. */
export function validations(options: ValidationsOptions): Validations {
  const { log, onDone } = options;
  const all = new Map<string, Running>();

  const begin = (lane: Lane, rollout: Rollout): void => {
    const ending = new AbortController();
    const run = async (): Promise<void> => {
      try {
        running.checks = await measure(options, lane, rollout, ending.signal);
      } catch (error) {
        // Begun anew with the next look at the lane.
        if (all.get(rollout.name) === running) all.delete(rollout.name);
        if (!ending.signal.aborted) log.warn({ err: error, deployment: rollout.name }, 'validation broke off');
      }
      onDone();
    };
    const running: Running = { ending, checks: undefined, done: Promise.resolve().then(run) };
    all.set(rollout.name, running);
  };
  const end = (deployment: string): void => {
    all.get(deployment)?.ending.abort();
    all.delete(deployment);
  };

  return {
    follow(lane) {
      for (const rollout of lane.rollouts) {
        if (!isMeasured(rollout)) end(rollout.name);
        else if (!all.has(rollout.name) && hasReplicas(lane, rollout)) begin(lane, rollout);
      }
    },
    checks: (deployment) => all.get(deployment)?.checks,
    forget: end,
    async [Symbol.asyncDispose]() {
      const running = [...all.values()];
      for (const { ending } of running) ending.abort();
      await Promise.all(running.map(({ done }) => done));
    },
  };
}

// After a restart of the service the replicas come up again first.
const hasReplicas = (lane: Lane, rollout: Rollout): boolean =>
  rollout.colour.ready.length >= rollout.plan.minReady && oldOf(lane, rollout)?.colour.ready.length !== 0;

async function measure(options: ValidationsOptions, lane: Lane, rollout: Rollout, signal: AbortSignal) {
  const { scope, store, target, prober, clients, locate, log } = options;
  const record = await store.find(scope, rollout.name);
  const old = oldOf(lane, rollout);
  const oldRecord = old && (await store.find(scope, old.name));
  if (!record) throw new Error(`${rollout.name} is gone`);
  const analysis = record.spec.strategy?.analysis;
  const smokeDataset = record.spec.strategy?.smokeDataset ?? '';
  const measured = (of: DeploymentRecord): MeasuredColour => ({
    addresses: () =>
      target.replicas(of.rollout.name).flatMap(({ address }) => (address === undefined ? [] : [address])),
    request: kept(() => smokeRequest(smokeColour(of), smokeDataset, locate)),
  });
  return validate({
    clients,
    thresholds: thresholdsOf(record),
    windowMs: millis(analysis?.window) ?? 30_000,
    fresh: measured(record),
    old: oldRecord && measured(oldRecord),
    probe: () => prober.probe(lane.tenant, target.replicas(rollout.name)),
    signal,
    log,
  });
}

const smokeColour = ({ lane, rollout, component }: DeploymentRecord) => ({
  tenant: lane.tenant,
  deployment: rollout.name,
  colour: rollout.colour.colour,
  component,
});

function thresholdsOf({ spec, rollout }: DeploymentRecord): Thresholds {
  const analysis = spec.strategy?.analysis;
  return {
    minReady: rollout.plan.minReady,
    smokeRuns: spec.strategy?.smokeDataset ? (analysis?.smokeRuns ?? 10) : 0,
    maxErrorRate: analysis?.maxErrorRate ?? 0,
    maxErrorRateIncrease: analysis?.maxErrorRateIncrease ?? 0,
    maxP95Ratio: analysis?.maxP95Ratio ?? 1.5,
    maxP95Ms: millis(analysis?.maxP95),
  };
}

/** Made once, and again after half the time that a location is good for. */
function kept<T>(make: () => Promise<T>): () => Promise<T> {
  let value: { made: Promise<T>; at: number } | undefined;
  return () => {
    if (!value || Date.now() - value.at > LOCATION_MS) value = { made: make(), at: Date.now() };
    const { made } = value;
    made.catch(() => (value = undefined));
    return made;
  };
}
