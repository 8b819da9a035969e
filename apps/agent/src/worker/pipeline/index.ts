import type { EngineStep } from '../plan/plan.ts';
import { profile } from './profile.ts';
import { read } from './read.ts';
import type { RunState } from './run-state.ts';
import { sql } from './sql.ts';
import type { StepOutcome } from './step-outcome.ts';
import { validate } from './validate.ts';
import { write } from './write.ts';

/** Executes one step. Throws a StepFailure, or EngineBroken when the engine cannot go on. */
export async function execute(state: RunState, plan: EngineStep): Promise<StepOutcome> {
  switch (plan.kind) {
    case 'read':
      return read(state, plan);
    case 'sql':
      return sql(state, plan);
    case 'validate':
      return validate(state, plan);
    case 'profile':
      return profile(state, plan);
    case 'write':
      return write(state, plan);
  }
}
