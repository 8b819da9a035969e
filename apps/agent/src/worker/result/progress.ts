import type { RunProgress } from '@weir/contracts/agent';
import type { RunProgressState } from '../run/run-progress.ts';
import { durationOf } from './duration.ts';

/** How far a run is, as the contract has it. */
export const progressMessage = (progress: Readonly<RunProgressState>): RunProgress => ({
  step: progress.step,
  stepsDone: progress.stepsDone,
  stepsTotal: progress.stepsTotal,
  rowsRead: BigInt(progress.rowsRead),
  bytesRead: BigInt(progress.bytesRead),
  elapsed: durationOf(progress.startedAt === undefined ? 0 : performance.now() - progress.startedAt),
});
