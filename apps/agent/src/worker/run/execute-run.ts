import { dirname, join } from 'node:path';
import { inSpan } from '@weir/telemetry';
import { reason } from '@weir/errors';
import type { Engine, EngineUsage, Session } from '../engine.ts';
import type { StepOutcome } from '../pipeline/step-outcome.ts';
import type { RunPlan } from '../plan/plan-run.ts';
import type { StepPlan } from '../plan/plan.ts';
import type { Anonymizer } from '../privacy/anonymizer.ts';
import { gateOf, type Gate } from '../result/gates.ts';
import { anonymizeTable, type AnonymizeTools } from './anonymize-step.ts';
import { openInputs, type OpenInput } from './inputs.ts';
import { discard, openOutputs, publish, type OpenOutput } from './outputs.ts';
import { noteDone, type RunProgressState } from './run-progress.ts';
import { openScratch, type Scratch } from './scratch.ts';

/** What executes runs. */
export interface Executor {
  readonly engine: Engine;
  readonly anonymizer: Anonymizer;
  readonly scratchRoot: string;
  /** The same for runs whose files lie where plain text may be: nothing of theirs is to touch another place. */
  readonly plainScratchRoot: string;
  /** Threads of one run. */
  readonly threads: number;
}

/** A step that was executed, or left out because a gate before it had closed. */
export interface StepRecord {
  readonly plan: StepPlan;
  readonly startedAt: Date | undefined;
  readonly durationMs: number;
  readonly outcome: StepOutcome | undefined;
  readonly gate: Gate | undefined;
}

/** What came of a run. */
export interface RunRecord {
  readonly steps: readonly StepRecord[];
  /** All gates let it go on, and its outputs are where they belong. */
  readonly passed: boolean;
  readonly startedAt: Date;
  readonly durationMs: number;
  readonly usage: EngineUsage;
}

/** Executes a plan. Rejects with the reason why it failed; then nothing of it is left, its outputs included. */
export async function executeRun(
  { engine, anonymizer, scratchRoot, plainScratchRoot, threads }: Executor,
  tenant: string,
  plan: RunPlan,
  progress: RunProgressState,
  signal: AbortSignal,
): Promise<RunRecord> {
  await using scratch = await openScratch(isPlainRun(plan, plainScratchRoot) ? plainScratchRoot : scratchRoot);
  const inputs = await openInputs(plan.inputs, scratch.inputs);
  const outputs = await openOutputs(plan.outputs);
  await scratch.remember(outputs.map(({ unfinished }) => unfinished));
  const steps = plan.steps.map((step) => withFiles(step, scratch, inputs, outputs));
  const startedAt = new Date();
  const setup = setupOf(plan, steps, scratch, inputs, threads, startedAt);

  const session = await inSpan('open engine', {}, () => engine.open(tenant, setup));
  try {
    using _bounds = bounded(session, plan, progress, signal);
    progress.startedAt = performance.now();
    const tools = {
      anonymizer,
      tenant,
      folder: scratch.work,
      limits: plan.limits,
      startedAt: progress.startedAt,
      signal,
    };
    const records = await runSteps(session, steps, tools, progress);
    const passed = records.every(({ gate }) => gate?.passed !== false);
    if (passed) await publish(outputs);
    const durationMs = performance.now() - progress.startedAt;
    return { steps: records, passed, startedAt, durationMs, usage: session.usage() };
  } finally {
    await session.close();
    await discard(outputs);
  }
}

/** Whether a file of the run lies in the folder where plain text may be. */
const isPlainRun = ({ inputs, outputs }: RunPlan, root: string): boolean =>
  [...inputs, ...outputs].some(({ path }) => path.startsWith(`${dirname(root)}/`));

function withFiles(
  step: StepPlan,
  scratch: Scratch,
  inputs: readonly OpenInput[],
  outputs: readonly OpenOutput[],
): StepPlan {
  if (step.kind === 'read') return { ...step, file: inputs.find(({ step: id }) => id === step.id)?.link ?? '' };
  if (step.kind !== 'write') return step;
  const output = outputs.find(({ step: id }) => id === step.id);
  // Without a place it is written all the same, and thrown away with the scratch.
  return { ...step, file: output?.unfinished ?? join(scratch.work, `${step.id}.out`) };
}

// DuckDB counts only a part of what the process holds.
const DUCKDB_SHARE = 0.5;

function setupOf(
  { limits, parameters }: RunPlan,
  steps: readonly StepPlan[],
  scratch: Scratch,
  inputs: readonly OpenInput[],
  threads: number,
  startedAt: Date,
) {
  const outputs = steps.flatMap((step) =>
    step.kind === 'write' && !step.file.startsWith(scratch.work) ? [step.file] : [],
  );
  return {
    bounds: {
      memoryBytes: Math.floor(limits.memoryBytes * DUCKDB_SHARE),
      threads,
      spillDir: scratch.spill,
      spillBytes: limits.outputBytes,
      files: [...inputs.map(({ target }) => target), ...outputs],
      scratch: scratch.work,
    },
    parameters,
    limits,
    startedAt,
    outputs,
  };
}

/** Ends the session when time is up or the caller is gone. Killing the process is what ends work within milliseconds. */
function bounded(session: Session, { limits }: RunPlan, progress: RunProgressState, signal: AbortSignal): Disposable {
  const limitMs = limits.durationMs;
  const timer = setTimeout(
    () => {
      session.kill(reason('TIME_LIMIT_EXCEEDED', { limit_ms: limitMs, step: progress.step }));
    },
    Math.min(limitMs, MAX_TIMER_MS),
  );
  const abort = (): void => session.kill(reasonOf(signal));
  if (signal.aborted) abort();
  else signal.addEventListener('abort', abort, { once: true });
  return {
    [Symbol.dispose]() {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
    },
  };
}

const reasonOf = ({ reason: why }: AbortSignal): Error => (why instanceof Error ? why : new Error(String(why)));

// Timers take no longer time.
const MAX_TIMER_MS = 2 ** 31 - 1;

async function runSteps(
  session: Session,
  steps: readonly StepPlan[],
  tools: AnonymizeTools,
  progress: RunProgressState,
): Promise<StepRecord[]> {
  const records: StepRecord[] = [];
  let closed = false;
  for (const plan of steps) {
    if (closed) {
      records.push({ plan, startedAt: undefined, durationMs: 0, outcome: undefined, gate: undefined });
      continue;
    }
    progress.step = plan.id;
    const startedAt = new Date();
    const began = performance.now();
    const outcome = await inSpan(`step ${plan.kind}`, { 'weir.step': plan.id }, async (span) => {
      const done: StepOutcome =
        plan.kind === 'anonymize' ? await anonymizeTable(session, plan, tools) : await session.step(plan);
      span.setAttributes({ 'weir.rows_in': done.rowsIn, 'weir.rows_out': done.rowsOut });
      return done;
    });
    noteDone(progress, plan, outcome);
    const gate = plan.kind === 'validate' ? gateOf(plan, outcome.findings ?? []) : undefined;
    closed = gate?.passed === false;
    records.push({ plan, startedAt, durationMs: performance.now() - began, outcome, gate });
  }
  return records;
}
