import {
  ExecuteRequest,
  RouteKind,
  type DataLocation,
  type ExecuteResult,
  type RunLimits,
} from '@weir/contracts/agent';
import type { CsvOptions, DataFormat, Pipeline } from '@weir/contracts/registry';
import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { millisOf } from '../domain/durations.ts';
import { belongsElsewhere, execute, REFUSALS } from '../runs/execution.ts';
import type { Workers } from '../workers/workers.ts';

/** What it takes to run pipelines that are no tenant's component. */
export interface OwnPipelineParts {
  readonly workers: Workers;
  readonly limits: RunLimits;
}

/** A pipeline of the agent's own, under the name by which it is counted ("components/weir-profile"). */
export interface OwnPipeline extends Pick<ExecuteRequest, 'inputs' | 'outputs' | 'obligations'> {
  readonly component: string;
  readonly pipeline: Pipeline;
}

/** A file as a worker takes it. */
export const locationOf = (path: string, format: DataFormat, csv?: CsvOptions): DataLocation => ({
  place: { $case: 'path', value: path },
  format,
  csv,
  expiresAt: undefined,
});

/** Executes a pipeline on the shared workers, in the same sandbox and within the same limits as a component's. */
export async function executeOwn(
  { workers, limits }: OwnPipelineParts,
  tenant: string,
  { component, ...work }: OwnPipeline,
  signal: AbortSignal,
): Promise<ExecuteResult> {
  const request = {
    ...ExecuteRequest.fromPartial({ route: { kind: RouteKind.SHARED_POOL } }),
    ...work,
    tenant: `tenants/${tenant}`,
    runId: randomUUID(),
    attempt: 1,
    componentVersion: `${component}/versions/1.0.0`,
    digest: `sha256:${'0'.repeat(64)}`,
    limits,
  };
  const watch = { signal, timeoutMs: millisOf(limits.maxDuration), onProgress: () => undefined };
  for (let refusals = 0; ; refusals += 1) {
    try {
      await using lease = await workers.lease({ tenant, component, route: undefined, avoid: new Set() }, signal);
      return await execute(lease, request, watch);
    } catch (error) {
      if (!belongsElsewhere(error) || refusals >= REFUSALS.most) throw error;
      await wait(REFUSALS.pauseMs, undefined, { signal });
    }
  }
}
