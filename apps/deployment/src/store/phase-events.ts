import { backgroundEvent } from '@weir/audit-outbox';
import { Outcome, type Event } from '@weir/contracts/audit';
import { Phase } from '@weir/contracts/deployment';
import { Sensitivity } from '@weir/contracts/options';
import { phaseName } from '../domain/commands.ts';
import type { Lane, Rollout } from '../domain/lane.ts';

/** One audit event for each phase that a change brought about. */
export function phaseEvents(before: Lane, after: Lane): Event[] {
  return after.rollouts.flatMap((rollout) => {
    const known = before.rollouts.find(({ name }) => name === rollout.name)?.history.length ?? 0;
    return rollout.history.slice(known).map((_, index) => phaseEvent(after, rollout, known + index));
  });
}

function phaseEvent(lane: Lane, rollout: Rollout, index: number): Event {
  const record = rollout.history[index];
  if (!record) throw new Error('a phase without a record');
  const from = rollout.history[index - 1];
  const failed = record.phase === Phase.FAILED;
  return backgroundEvent('deployment', {
    type: 'deployment_phase',
    sensitivity: Sensitivity.MEDIUM,
    time: new Date(record.startedAt),
    tenant: `tenants/${lane.tenant}`,
    principal: record.actor,
    resource: rollout.name,
    outcome: failed ? Outcome.FAILED : Outcome.SUCCEEDED,
    errorReason: failed ? (rollout.failure?.reason ?? '') : '',
    details: {
      phase: phaseName(record.phase),
      ...(from && { from: phaseName(from.phase) }),
      reason: record.reason,
      component: `${lane.component}/versions/${rollout.plan.version}`,
      digest: rollout.plan.digest,
      environment: lane.environment,
      generation: lane.generation,
    },
  });
}
