import { Phase } from '@weir/contracts/deployment';
import { verdictOf } from '../domain/evaluate.ts';
import { oldOf, type Check, type Lane, type Rollout } from '../domain/lane.ts';
import { nextStep, type Seen } from '../domain/next-step.ts';
import { observe, type ColourSeen } from '../domain/observe.ts';
import { takeStep } from '../domain/take-step.ts';

/** What is known of a lane beyond what is stored. */
export interface Knowledge {
  readonly now: number;
  colour(deployment: string): ColourSeen;
  failedStarts(deployment: string): number;
  /** What a finished validation measured. */
  checks(deployment: string): readonly Check[] | undefined;
  /** The generation of its use that the registry was told of, and a refusal for good. */
  use(deployment: string): { readonly recorded: number; readonly refusal: Seen['refusal'] };
}

/** What follows from an advance, once it is persisted. */
export interface Effects {
  /** Deployments whose busy replicas are to be ended. */
  readonly cutOff: string[];
  /** Deployments whose validation has been taken note of. */
  readonly judged: string[];
  /** A step was taken: the next one may be due. */
  stepped: boolean;
}

const MAX_CHECKS = 100;

/**
 * Takes the step of each rollout that is due by what is known: one, since a step is persisted before the next is taken.
 * Pure but for the lane, which it changes.
 */
export function advance(lane: Lane, known: Knowledge): Effects {
  const effects: Effects = { cutOff: [], judged: [], stepped: false };
  observe(lane, ({ name }) => known.colour(name));
  for (const rollout of lane.rollouts) advanceRollout(lane, rollout, known, effects);
  return effects;
}

function advanceRollout(lane: Lane, rollout: Rollout, known: Knowledge, effects: Effects): void {
  const { name } = rollout;
  const use = known.use(name);
  rollout.use.recorded = Math.max(rollout.use.recorded, use.recorded);
  const checks = isMeasured(rollout) ? known.checks(name) : undefined;
  if (checks) {
    rollout.checks = [...checks, ...rollout.checks].slice(0, MAX_CHECKS);
    effects.judged.push(name);
  }
  const seen: Seen = {
    now: known.now,
    failedStarts: known.failedStarts(name),
    verdict: checks && verdictOf(checks),
    refusal: use.refusal,
  };
  const step = nextStep(lane, rollout, seen);
  if (!step) return;
  if (step.kind === 'cut-off') effects.cutOff.push(drainedBy(lane, rollout));
  takeStep(lane, rollout, step, known.now);
  effects.stepped = true;
}

/** Whether the smoke runs and probes of a rollout are to be made now. */
export const isMeasured = ({ phase, validAt, freeze }: Rollout): boolean =>
  phase === Phase.VALIDATING && validAt === undefined && freeze === undefined;

const drainedBy = (lane: Lane, rollout: Rollout): string =>
  rollout.phase === Phase.DRAINING ? (oldOf(lane, rollout)?.name ?? rollout.name) : rollout.name;
