import { setTimeout as wait } from 'node:timers/promises';
import { Environment } from '@weir/contracts/registry';
import { describeProblem } from './problem.ts';
import type { Account } from './step.ts';
import { TENANT } from './steps/onboard.ts';

/** What came of the requests. */
export interface TrafficReport {
  readonly requests: number;
  /** What each failed request failed with. */
  readonly failures: readonly string[];
  /** How many requests each version answered. */
  readonly versions: readonly (readonly [string, number])[];
}

/** Requests that keep coming until they are stopped. */
export interface Traffic {
  /** Waits until so many were answered. */
  answered(count: number): Promise<void>;
  /** Waits until so many were answered by a version. */
  answeredBy(version: string, count: number): Promise<void>;
  stop(): Promise<TrafficReport>;
}

const LANES = 2;
// Two lanes at this pace stay well below the 1,000 calls a minute that a principal has.
const PAUSE_MS = 100;
const PATIENCE_MS = 60_000;

/** Has the component process the dataset again and again, two requests at a time. */
export function startTraffic(acme: Account, { component, dataset }: { component: string; dataset: string }): Traffic {
  const versions = new Map<string, number>();
  const failures: string[] = [];
  let requests = 0;
  let stopping = false;

  async function request(lane: number): Promise<void> {
    try {
      const { result } = await acme.agent.processData(runOf(component, dataset, lane));
      const version = result?.componentVersion.split('/').at(-1) ?? '?';
      versions.set(version, (versions.get(version) ?? 0) + 1);
    } catch (error) {
      failures.push(describeProblem(error));
    }
    requests += 1;
  }
  async function lane(id: number): Promise<void> {
    while (!stopping) {
      await request(id);
      await wait(PAUSE_MS);
    }
  }
  const lanes = Array.from({ length: LANES }, (_, id) => lane(id));

  return {
    answered: (count) => until(() => requests >= count),
    answeredBy: (version, count) => until(() => (versions.get(version) ?? 0) >= count),
    async stop() {
      stopping = true;
      await Promise.all(lanes);
      return { requests, failures, versions: [...versions] };
    },
  };
}

const runOf = (component: string, dataset: string, lane: number) => ({
  tenant: TENANT,
  run: {
    component: { component, selector: { $case: 'range' as const, value: '^1.0.0' } },
    dataset,
    environment: Environment.PRODUCTION,
    output: { datasetId: `traffic-${lane}`, overwrite: true },
  },
});

async function until(holds: () => boolean): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  while (!holds()) {
    await wait(20);
    if (Date.now() > deadline) throw new Error('the requests did not come as far as expected within a minute');
  }
}
