import { startPlan, type AppendPlan, type Planner, type Submission } from '../domain/append.ts';
import type { LogState } from '../domain/log-state.ts';

/** A plan, and the states of the logs that it was made on. */
export interface Guess {
  readonly plan: AppendPlan;
  readonly states: ReadonlyMap<string, LogState>;
}

/** A plan that is made without locks, on what the logs should be by the time it is written. */
export interface Guesser {
  add(submission: Submission): void;
  /** The plan; undefined when the state of some log is not known. */
  finish(): Guess | undefined;
}

/** Starts a plan on the states that `stateOf` tells. */
export function startGuess(stateOf: (tenant: string) => LogState | undefined, clock: () => Date): Guesser {
  const states = new Map<string, LogState>();
  let planner: Planner | undefined = startPlan({ logs: states, known: new Map() }, clock);

  function isKnown(tenant: string): boolean {
    if (states.has(tenant)) return true;
    const state = stateOf(tenant);
    if (state) states.set(tenant, state);
    return state !== undefined;
  }

  return {
    add(submission) {
      if (planner && submission.every(({ tenant }) => isKnown(tenant))) planner.add(submission);
      else planner = undefined;
    },
    finish: () => planner && { plan: planner.finish(), states },
  };
}
