import { Deployment, Revision, Target, type ColourStatus } from '@weir/contracts/deployment';
import { durationOf } from '../domain/durations.ts';
import type { BuiltColour, Check, PhaseRecord, Rollout } from '../domain/lane.ts';
import { canGoBackNow } from '../domain/phases.ts';
import type { DeploymentRecord } from '../store/rollout-store.ts';

/** A deployment as callers see it. */
export function deploymentMessage(record: DeploymentRecord): Deployment {
  const { rollout, oldColour } = record;
  const { freeze } = rollout;
  return Deployment.fromPartial({
    name: rollout.name,
    spec: record.spec,
    revisionNumber: BigInt(rollout.revision),
    digest: rollout.plan.digest,
    target: Target.LOCAL,
    phase: rollout.phase,
    settled: rollout.settled,
    freeze: freeze && { actor: freeze.actor, reason: freeze.reason, frozenAt: new Date(freeze.at) },
    colours: [rollout.colour, ...(oldColour ? [oldColour] : [])].map(colourStatus),
    checks: rollout.checks.map(checkMessage),
    failure: rollout.failure,
    history: rollout.history.map(phaseMessage),
    switchDuration: rollout.switchMs === undefined ? undefined : durationOf(rollout.switchMs),
    cutOffCount: rollout.cutOff,
    rollbackUntil: rollbackUntil(record),
    createdBy: record.createdBy,
    createdAt: record.createdAt,
    updatedAt: record.updatedAt,
    etag: etagOf(rollout),
  });
}

/** Changes with phase, freeze and decisions, not with counts of replicas. */
export const etagOf = ({ version }: Rollout): string => String(version);

/** A deployment as the history of its lane shows it. */
export const revisionMessage = (record: DeploymentRecord): Revision => {
  const { rollout, createdBy, createdAt } = record;
  const { colour } = rollout;
  return Revision.fromPartial({
    number: BigInt(rollout.revision),
    deployment: rollout.name,
    version: colour.version,
    digest: colour.digest,
    colour: colour.colour,
    phase: rollout.phase,
    activeFrom: timeOf(colour.activeFrom),
    activeUntil: timeOf(colour.activeUntil),
    createdBy,
    createdAt,
    rollbackUntil: rollbackUntil(record),
  });
};

function rollbackUntil({ rollout, oldColour }: DeploymentRecord): Date | undefined {
  if (!oldColour || !canGoBackNow(rollout, oldColour)) return undefined;
  return timeOf(rollout.warmUntil ?? (rollout.drainUntil ?? 0) + rollout.plan.windowMs);
}

const colourStatus = (colour: BuiltColour): ColourStatus => ({
  colour: colour.colour,
  state: colour.state,
  version: colour.version,
  digest: colour.digest,
  desiredReplicas: colour.desired,
  readyReplicas: colour.ready.length,
  inFlightCount: colour.running,
});

const checkMessage = ({ samples, checkedAt, ...check }: Check) => ({
  ...check,
  sampleCount: BigInt(samples),
  checkedAt: new Date(checkedAt),
});

const phaseMessage = ({ startedAt, endedAt, ...record }: PhaseRecord) => ({
  ...record,
  startedAt: new Date(startedAt),
  endedAt: timeOf(endedAt),
});

const timeOf = (ms: number | undefined): Date | undefined => (ms === undefined ? undefined : new Date(ms));
