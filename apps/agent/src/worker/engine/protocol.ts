import type { DatabaseBounds } from '../duck/open-database.ts';
import type { Failure } from '../duck/step-failure.ts';
import type { StepOutcome } from '../pipeline/step-outcome.ts';
import type { Limits, PlainValue, EngineStep } from '../plan/plan.ts';

/** What a run is opened with. */
export interface RunSetup {
  readonly bounds: DatabaseBounds;
  readonly parameters: Readonly<Record<string, PlainValue>>;
  readonly limits: Limits;
  readonly startedAt: Date;
  /** Files that the run writes, whose growth is watched. */
  readonly outputs: readonly string[];
}

/** What the engine process is asked to do, one thing at a time. */
export type Order =
  | { readonly type: 'open'; readonly run: RunSetup }
  | { readonly type: 'step'; readonly step: EngineStep }
  | { readonly type: 'close' };

/** How the engine process fares, told all the while. */
export interface Pulse {
  /** Memory that it holds, above what it held when the run was opened. */
  readonly memoryBytes: number;
  readonly cpuMs: number;
  /** Outputs and scratch files so far. */
  readonly writtenBytes: number;
  /** Rows that the step at work went through so far, as far as DuckDB says. */
  readonly rowsAtWork: number;
}

/** What the engine process answers: once to each order, and pulses in between. */
export type Report =
  | { readonly type: 'ready' }
  | { readonly type: 'opened' }
  | { readonly type: 'done'; readonly outcome: StepOutcome }
  | { readonly type: 'closed' }
  | { readonly type: 'failed'; readonly failure: Failure }
  | { readonly type: 'broken'; readonly crashed: boolean; readonly what: string }
  | { readonly type: 'pulse'; readonly pulse: Pulse };
