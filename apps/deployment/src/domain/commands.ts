import { Phase } from '@weir/contracts/deployment';
import { reason } from '@weir/errors';
import { oldOf, type Cause, type Lane, type Rollout } from './lane.ts';
import { canGoBackNow, endEarly, enter, isBeforeSwitch } from './phases.ts';

/** Lets a rollout that awaits promotion switch. One that was promoted before stays as it is. */
export function promote(rollout: Rollout, cause: Cause): void {
  const { name, phase, plan, colour } = rollout;
  const promoted: readonly Phase[] = [Phase.SWITCHING, Phase.DRAINING, Phase.SUCCEEDED];
  if (promoted.includes(phase) && !rollout.back) return;
  if (phase !== Phase.AWAITING_PROMOTION) throw reason('NOT_AWAITING_PROMOTION', { name, phase: phaseName(phase) });
  requireMoving(rollout);
  requireReady(name, colour.ready.length, plan.minReady);
  enter(rollout, Phase.SWITCHING, cause);
}

/** Ends a rollout that has not switched. It lifts a freeze. */
export function abort(rollout: Rollout, cause: Cause): void {
  const { name, phase } = rollout;
  if (phase === Phase.ABORTED) return lift(rollout, cause.now);
  const switched: readonly Phase[] = [Phase.SWITCHING, Phase.DRAINING, Phase.SUCCEEDED];
  if (switched.includes(phase)) throw reason('ALREADY_SWITCHED', { name });
  if (!isBeforeSwitch(rollout)) throw reason('DEPLOYMENT_ENDED', { name, phase: phaseName(phase) });
  lift(rollout, cause.now);
  endEarly(rollout, Phase.ABORTED, { reason: 'ABORTED_BY_CALLER', description: cause.reason }, cause);
}

/** Stops a rollout where it is. */
export function freeze(rollout: Rollout, { actor, reason: why, now }: Cause): void {
  requireUnsettled(rollout);
  if (rollout.freeze) return;
  rollout.freeze = { actor, reason: why, at: now };
  rollout.version += 1;
}

/** Lets a frozen rollout go on; its timers go on where they stood. */
export function unfreeze(rollout: Rollout, { now }: Cause): void {
  requireUnsettled(rollout);
  lift(rollout, now);
}

/** Decides to switch back to the old colour. It lifts a freeze. */
export function rollBack(lane: Lane, rollout: Rollout, cause: Cause): void {
  const { name, phase, plan } = rollout;
  if (phase === Phase.ROLLED_BACK || (phase === Phase.SWITCHING && rollout.back)) return lift(rollout, cause.now);
  if (phase !== Phase.DRAINING && phase !== Phase.SUCCEEDED)
    throw reason('NOT_SWITCHED', { name, phase: phaseName(phase) });
  const old = oldOf(lane, rollout);
  if (!old || !canGoBackNow(rollout, old.colour)) throw reason('ROLLBACK_WINDOW_OVER', { name });
  requireReady(name, old.colour.ready.length, plan.minReady);
  lift(rollout, cause.now);
  rollout.failure = { reason: 'ROLLED_BACK_BY_CALLER', description: cause.reason, phase };
  rollout.back = true;
  enter(rollout, Phase.SWITCHING, cause);
}

/** A later rollout begins: the old colour of this one makes room. */
export function endWindow(rollout: Rollout): void {
  if (rollout.settled || rollout.windowEnded) return;
  rollout.windowEnded = true;
  rollout.version += 1;
}

/** "AWAITING_PROMOTION" */
export const phaseName = (phase: Phase): string =>
  Object.entries(Phase).find(([, value]) => value === phase)?.[0] ?? String(phase);

function lift(rollout: Rollout, now: number): void {
  if (!rollout.freeze) return;
  const stoodStill = now - rollout.freeze.at;
  const later = (time: number | undefined) => (time === undefined ? undefined : time + stoodStill);
  rollout.abortAt += stoodStill;
  rollout.validAt = later(rollout.validAt);
  rollout.drainUntil = later(rollout.drainUntil);
  rollout.warmUntil = later(rollout.warmUntil);
  rollout.freeze = undefined;
  rollout.version += 1;
}

function requireMoving({ name, freeze: frozen }: Rollout): void {
  if (frozen) throw reason('DEPLOYMENT_FROZEN', { name, actor: frozen.actor, why: frozen.reason });
}

function requireUnsettled({ name, settled }: Rollout): void {
  if (settled) throw reason('DEPLOYMENT_SETTLED', { name });
}

function requireReady(name: string, ready: number, min: number): void {
  if (ready < min) throw reason('TOO_FEW_READY', { name, ready, min });
}
