import type { DataLocation, ExecuteRequest, RunLimits } from '@weir/contracts/agent';
import { RouteKind } from '@weir/contracts/agent';
import type { DeepPartial } from '@weir/contracts';
import type { ComponentVersion, Parameter, Scalar } from '@weir/contracts/registry';
import { isReason } from '@weir/errors';
import { randomUUID } from 'node:crypto';
import type { Sample } from '../domain/evaluate.ts';
import type { WorkerClient } from './worker-clients.ts';

/** Finds the bytes of a dataset of the tenant, by its name. */
export type FindLocation = (dataset: string) => Promise<DataLocation>;

/** Which colour a smoke run is for. */
export interface SmokeColour {
  readonly tenant: string;
  readonly deployment: string;
  readonly colour: number;
  readonly component: ComponentVersion;
}

const MAX_RUN_MS = 60_000;

// What a smoke run computes has no output location, so it is thrown away.
const LIMITS: DeepPartial<RunLimits> = {
  maxDuration: { seconds: BigInt(MAX_RUN_MS / 1000), nanos: 0 },
  maxRows: 1_000_000_000n,
  maxFiles: 1_000,
  maxOutputBytes: 10n * 1024n ** 3n,
};
const DEFAULT_MEMORY = 4n * 1024n ** 3n;

/** The run that a colour is to make of the smoke dataset. */
export async function smokeRequest(
  { tenant, deployment, colour, component }: SmokeColour,
  smokeDataset: string,
  locate: FindLocation,
): Promise<DeepPartial<ExecuteRequest>> {
  const runtime = component.runtime?.kind;
  const pipeline = runtime?.$case === 'pipeline' ? runtime.value : undefined;
  const reads = (pipeline?.steps ?? []).flatMap(({ id, config }) =>
    config?.$case === 'read' ? [{ id, dataset: config.value.dataset }] : [],
  );
  const inputs = await Promise.all(
    (pipeline ? reads : [{ id: 'input', dataset: '' }]).map(async ({ id, dataset }) => {
      const name = dataset === '' ? smokeDataset : `tenants/${tenant}/datasets/${dataset}`;
      return [id, await locate(name)] as const;
    }),
  );
  return {
    tenant: `tenants/${tenant}`,
    attempt: 1,
    fencingToken: 0n,
    componentVersion: component.name,
    digest: component.digest,
    ...(pipeline && { pipeline }),
    inputs: Object.fromEntries(inputs),
    parameters: Object.fromEntries(component.parameters.flatMap(defaultOf)),
    limits: { ...LIMITS, maxMemoryBytes: component.resources?.memoryBytes || DEFAULT_MEMORY },
    route: { kind: RouteKind.DEPLOYMENT, deployment, colour: colour as 0 | 1 | 2, generation: 0n },
  };
}

/** Makes one run; undefined when the worker was busy with other work. */
export async function makeSmokeRun(
  client: WorkerClient,
  request: DeepPartial<ExecuteRequest>,
  signal: AbortSignal,
): Promise<Sample | undefined> {
  const startedAt = performance.now();
  const sample = (failed: boolean): Sample => ({ failed, ms: performance.now() - startedAt });
  try {
    let hasResult = false;
    const messages = client.execute({ ...request, runId: randomUUID() }, { signal, timeoutMs: MAX_RUN_MS });
    for await (const { update } of messages) hasResult ||= update?.$case === 'result';
    return sample(!hasResult);
  } catch (error) {
    if (isReason(error, 'WORKER_BUSY') || isReason(error, 'WORKER_DRAINING')) return undefined;
    if (signal.aborted) return undefined;
    return sample(true);
  }
}

const defaultOf = ({ name, defaultValue }: Parameter): [string, Scalar][] =>
  defaultValue ? [[name, defaultValue]] : [];
