import type { CheckKind, CheckResult, Colour, ColourState, Phase } from '@weir/contracts/deployment';

/** Whose rollouts share two colours: one tenant, environment and component. Times are milliseconds since the epoch. */
export interface Lane {
  /** "acme" */
  readonly tenant: string;
  /** A weir.registry.v1.Environment. */
  readonly environment: number;
  /** "components/<id>" */
  readonly component: string;
  /** Rollouts so far. */
  revisions: number;
  /** Of the route; grows with every switch. */
  generation: number;
  /** The deployment whose colour the route points at; undefined before the first switch. */
  active: string | undefined;
  switchedAt: number | undefined;
  /** Those that are not settled, and the one that serves; oldest first. */
  rollouts: Rollout[];
}

/** One rollout, with the colour that it built. */
export interface Rollout {
  /** "tenants/<t>/deployments/<id>" */
  readonly name: string;
  readonly revision: number;
  readonly plan: Plan;
  phase: Phase;
  /** In SWITCHING: back to the old colour. */
  back: boolean;
  /** Ended, and both colours are as they will stay. */
  settled: boolean;
  freeze: Freeze | undefined;
  /** Counts phases, freezes and decisions. */
  version: number;
  colour: BuiltColour;
  /** The deployment whose colour served when this one began, and what that colour was when this one settled. */
  readonly old: string | undefined;
  oldColour: BuiltColour | undefined;
  /** When the old colour was no longer to be had for a rollback. */
  windowEnded: boolean;
  abortAt: number;
  /** Since when it is valid. */
  validAt: number | undefined;
  drainUntil: number | undefined;
  warmUntil: number | undefined;
  switchMs: number | undefined;
  cutOff: number;
  failure: { reason: string; description: string; phase: Phase } | undefined;
  history: PhaseRecord[];
  checks: Check[];
  /** What the registry is to know of its use of versions, and what it was told. */
  use: { versions: string[]; generation: number; recorded: number };
}

/** What was decided when the rollout was accepted. */
export interface Plan {
  readonly version: string;
  readonly digest: string;
  readonly manual: boolean;
  readonly promoteAfterMs: number;
  readonly drainMs: number;
  readonly windowMs: number;
  readonly minReady: number;
  readonly minReplicas: number;
  readonly maxReplicas: number;
}

/** The replicas of one version; a rollout builds it, later ones drain it. */
export interface BuiltColour {
  readonly colour: Colour;
  readonly version: string;
  readonly digest: string;
  state: ColourState;
  /** Whether its replicas are to be there. */
  wanted: boolean;
  desired: number;
  /** The replicas that are ready. */
  ready: { address: string; replica: string }[];
  running: number;
  activeFrom: number | undefined;
  activeUntil: number | undefined;
}

/** A time in a phase. */
export interface PhaseRecord {
  readonly phase: Phase;
  readonly startedAt: number;
  endedAt: number | undefined;
  readonly actor: string;
  readonly reason: string;
}

/** That a rollout is stopped where it is. */
export interface Freeze {
  readonly actor: string;
  readonly reason: string;
  readonly at: number;
}

/** One thing that validation measured. */
export interface Check {
  readonly kind: CheckKind;
  readonly result: CheckResult;
  readonly measured: number;
  readonly threshold: number;
  readonly baseline: number | undefined;
  readonly samples: number;
  readonly description: string;
  readonly checkedAt: number;
}

/** Who brought a change about, when and why. */
export interface Cause {
  readonly actor: string;
  readonly reason: string;
  readonly now: number;
}

/** The principal of what the rollout does by itself. */
export const OWN_ACTOR = 'principals/deployment';

/** The rollout of a name. Throws where the lane does not hold it. */
export function rolloutIn(lane: Lane, name: string): Rollout {
  const found = lane.rollouts.find((rollout) => rollout.name === name);
  if (!found) throw new Error(`${name} is not live in its lane`);
  return found;
}

/** The colour that serves, or that served before the one a rollout builds; undefined where there is none any more. */
export const oldOf = (lane: Lane, rollout: Rollout): Rollout | undefined =>
  lane.rollouts.find(({ name }) => name === rollout.old);
