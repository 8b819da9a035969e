import type { StepOutcome } from '../pipeline/step-outcome.ts';
import type { StepPlan } from '../plan/plan.ts';

/** How far a run is; it changes while the run goes on. */
export interface RunProgressState {
  step: string;
  stepsDone: number;
  readonly stepsTotal: number;
  rowsRead: number;
  bytesRead: number;
  startedAt: number | undefined;
}

/** A run that has not begun. */
export const notBegun = (stepsTotal: number): RunProgressState => ({
  step: '',
  stepsDone: 0,
  stepsTotal,
  rowsRead: 0,
  bytesRead: 0,
  startedAt: undefined,
});

/** Notes that a step is done. */
export function noteDone(progress: RunProgressState, plan: StepPlan, outcome: StepOutcome): void {
  progress.stepsDone += 1;
  if (plan.kind !== 'read') return;
  progress.rowsRead += outcome.rowsIn;
  progress.bytesRead += outcome.sizeBytes;
}
