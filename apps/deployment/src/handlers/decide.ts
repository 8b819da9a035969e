import type { CallContext } from '@weir/context';
import type { Deployment } from '@weir/contracts/deployment';
import { reason } from '@weir/errors';
import { phaseName } from '../domain/commands.ts';
import type { Cause, Lane, Rollout } from '../domain/lane.ts';
import type { DeploymentRecord, RolloutStore } from '../store/rollout-store.ts';
import { deploymentMessage, etagOf } from './deployment-message.ts';

/** What decisions about rollouts need. */
export interface DecisionParts {
  readonly rollouts: RolloutStore;
  readonly clock: () => number;
  /** Called once a decision is durable. */
  readonly decided: () => void;
}

/** A decision of a caller, as its request says. */
export interface Decision {
  readonly name: string;
  readonly reason: string;
  readonly etag: string;
}

/** Makes a decision under the lane's lock, and answers the deployment as it is then. */
export async function decide(
  { rollouts, clock, decided }: DecisionParts,
  { name, reason: why, etag }: Decision,
  context: CallContext,
  make: (rollout: Rollout, cause: Cause, lane: Lane) => void,
): Promise<Deployment> {
  const known = await find(rollouts, context, name);
  const cause = { actor: context.principal?.subject ?? '', reason: why, now: clock() };
  await rollouts.change(context.scope, known.lane, (lane) => {
    // What is no longer live has settled: it is as it was read.
    const rollout = lane.rollouts.find((other) => other.name === name) ?? known.rollout;
    if (etag !== '' && etag !== etagOf(rollout)) throw reason('ETAG_MISMATCH', { name, etag });
    make(rollout, cause, lane);
  });
  const record = await find(rollouts, context, name);
  const { rollout, spec } = record;
  context.audit({
    resource: name,
    details: {
      reason: why,
      phase: phaseName(rollout.phase),
      component: `${spec.component}/versions/${spec.version}`,
      environment: spec.environment,
    },
  });
  context.afterCommit(decided);
  return deploymentMessage(record);
}

async function find(rollouts: RolloutStore, { scope }: CallContext, name: string): Promise<DeploymentRecord> {
  const record = await rollouts.find(scope, name);
  if (!record) throw reason('DEPLOYMENT_NOT_FOUND', { name });
  return record;
}
