import {
  RouteColour,
  RouteKind,
  RunResult,
  type Dataset,
  type ExecuteResult,
  type RunUsage,
} from '@weir/contracts/agent';
import { currentTraceparent } from '@weir/telemetry';
import type { AccessGrant } from '../access/access-decisions.ts';
import { qualityWithoutValues, tableWithoutValues } from '../domain/without-values.ts';
import { completeLineage } from '../domain/lineage.ts';
import type { ExecutedRun } from './execute-run.ts';
import { datasetsOf, type RunInput } from './prepared-run.ts';
import type { ResolvedRun } from './resolve-run.ts';
import type { RunInProgress } from './run-parts.ts';

/** What is known of a run before it executes. */
export const resultBefore = (
  { order }: RunInProgress,
  { plan, inputs, route }: ResolvedRun,
  grant: AccessGrant,
): RunResult =>
  RunResult.fromPartial({
    runId: order.runId,
    componentVersion: plan.component.name,
    digest: plan.component.digest,
    route: route
      ? { kind: RouteKind.DEPLOYMENT, deployment: route.deployment, colour: route.colour, generation: route.generation }
      : { kind: RouteKind.SHARED_POOL, colour: RouteColour.UNSPECIFIED },
    inputs: namesOf(inputs),
    obligations: [...grant.obligations],
    decisionId: grant.decisionId,
    policyRevision: grant.policyRevision,
  });

/** What came of a run, with the datasets that it became. */
export function resultOf(
  run: RunInProgress,
  executed: ExecutedRun,
  outputs: ReadonlyMap<string, Dataset>,
  startedAt: Date,
): RunResult {
  const { order, time } = run;
  const { plan, inputs } = executed;
  const result = executed.prepared.isSealed ? withoutValues(executed.result) : executed.result;
  const finishedAt = new Date();
  return {
    ...resultBefore(run, executed, executed.grant),
    outcome: result.outcome,
    route: executed.ranOn,
    outputs: plan.outputs.flatMap(({ key }) => outputs.get(key) ?? []),
    rowsIn: result.rowsIn,
    rowsOut: result.rowsOut,
    quality: result.quality,
    profiles: result.profiles,
    pii: result.pii,
    lineage: completeLineage(result.lineage, {
      tenant: order.tenant,
      runId: order.runId,
      parentJob: order.parentJob,
      requestedAt: order.requestedAt,
      finishedAt,
      inputs: new Map(inputs.map(({ key, stored }) => [key, stored.dataset])),
      outputs,
    }),
    steps: result.steps,
    phases: [...time.phases],
    usage: result.usage,
    attempts: executed.attempts,
    startedAt,
    finishedAt,
    traceId: currentTraceparent()?.split('-')[1] ?? '',
  };
}

/** What a run on encrypted data may say of it, for answers are kept as they are. */
const withoutValues = (result: ExecuteResult): ExecuteResult => ({
  ...result,
  quality: result.quality && qualityWithoutValues(result.quality),
  profiles: result.profiles.map(tableWithoutValues),
});

/** Bytes that the registry counts as processed. */
export const processedBytes = (usage: RunUsage | undefined): bigint => usage?.bytesRead ?? 0n;

const namesOf = (inputs: readonly RunInput[]): string[] =>
  [...new Set(datasetsOf(inputs).map(({ name }) => name))].sort();
