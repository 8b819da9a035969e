import {
  RunOutcome,
  StepKind,
  StepState,
  type ExecuteResult,
  type StepResult,
  type WrittenOutput,
} from '@weir/contracts/agent';
import type { StepPlan } from '../plan/plan.ts';
import { topOf } from '../run/anonymize-step.ts';
import type { RunRecord, StepRecord } from '../run/execute-run.ts';
import { columnMessage } from './columns.ts';
import { durationOf } from './duration.ts';
import { maskedColumns } from './masking.ts';
import { piiSummary } from './pii-summary.ts';
import { qualityReport } from './quality-report.ts';
import { tableProfile } from './table-profile.ts';

/** What came of a run as the contract has it. `places` are the outputs that the request names. */
export function executeResult(run: RunRecord, places: ReadonlySet<string>): ExecuteResult {
  const { steps, passed } = run;
  const profiles = steps.flatMap(({ plan, outcome }) =>
    plan.kind === 'profile' && outcome ? [tableProfile(plan.id, outcome)] : [],
  );
  return {
    outcome: passed ? RunOutcome.SUCCEEDED : RunOutcome.REJECTED,
    rowsIn: sum(steps, 'read', 'rowsIn'),
    rowsOut: passed ? sum(steps, 'write', 'rowsOut') : 0n,
    quality: qualityReport(steps),
    profiles,
    pii: piiSummary(run),
    lineage: undefined,
    steps: steps.filter(({ plan }) => plan.kind !== 'anonymize' || !plan.isOwed).map(stepResult),
    outputs: passed ? steps.flatMap((step) => written(steps, step, places)) : [],
    usage: usageOf(run),
  };
}

const kinds: Readonly<Record<StepPlan['kind'], StepKind>> = {
  read: StepKind.READ,
  sql: StepKind.SQL,
  validate: StepKind.VALIDATE,
  profile: StepKind.PROFILE,
  write: StepKind.WRITE,
  anonymize: StepKind.ANONYMIZE,
};

const stepResult = ({ plan, outcome, startedAt, durationMs, gate }: StepRecord): StepResult => ({
  step: plan.id,
  kind: kinds[plan.kind],
  state: !outcome ? StepState.SKIPPED : gate?.passed === false ? StepState.REJECTED : StepState.SUCCEEDED,
  rowsIn: BigInt(outcome?.rowsIn ?? 0),
  rowsOut: BigInt(outcome?.rowsOut ?? 0),
  rowsSkipped: BigInt(outcome?.rowsSkipped ?? 0),
  sizeBytes: BigInt(outcome?.sizeBytes ?? 0),
  startedAt,
  duration: durationOf(durationMs),
  detail: outcome?.detail ?? '',
});

function written(
  steps: readonly StepRecord[],
  { plan, outcome }: StepRecord,
  places: ReadonlySet<string>,
): WrittenOutput[] {
  if (plan.kind !== 'write' || !outcome || !places.has(plan.id)) return [];
  const masked = new Set(maskedColumns(steps, plan.id).map(({ field }) => topOf(field.outputFieldPath)));
  return [
    {
      output: plan.id,
      columns: outcome.columns.map((column) => ({ ...columnMessage(column), masked: masked.has(column.name) })),
      rowCount: BigInt(outcome.rowsOut),
      sizeBytes: BigInt(outcome.sizeBytes),
      sha256: outcome.sha256 ?? '',
    },
  ];
}

const usageOf = ({ steps, usage, durationMs, passed }: RunRecord): ExecuteResult['usage'] => ({
  processingTime: durationOf(durationMs),
  cpuTime: durationOf(usage.cpuMs),
  peakMemoryBytes: BigInt(usage.peakMemoryBytes),
  rowsRead: sum(steps, 'read', 'rowsIn'),
  rowsWritten: passed ? sum(steps, 'write', 'rowsOut') : 0n,
  bytesRead: sum(steps, 'read', 'sizeBytes'),
  bytesWritten: passed ? sum(steps, 'write', 'sizeBytes') : 0n,
});

const sum = (steps: readonly StepRecord[], kind: StepPlan['kind'], fact: 'rowsIn' | 'rowsOut' | 'sizeBytes'): bigint =>
  steps.reduce((total, { plan, outcome }) => (plan.kind === kind ? total + BigInt(outcome?.[fact] ?? 0) : total), 0n);
