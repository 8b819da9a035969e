import { ExpectationOutcome, QualityReport, type ExpectationResult } from '@weir/contracts/agent';
import { Severity } from '@weir/contracts/registry';
import type { StepRecord } from '../run/execute-run.ts';
import { columnMessage } from './columns.ts';
import { explain } from './explanation.ts';
import { judged, scoreOf, verdictOf, type Judged } from './gates.ts';

const MAX_REPORT_BYTES = 1024 * 1024;
const OUTCOMES = {
  passed: ExpectationOutcome.PASSED,
  failed: ExpectationOutcome.FAILED,
  errored: ExpectationOutcome.ERRORED,
} as const;

interface Validated {
  readonly step: string;
  readonly judged: readonly Judged[];
}

/** The report of all validate steps that were executed; undefined when no step validates. */
export function qualityReport(records: readonly StepRecord[]): QualityReport | undefined {
  const validated = records.flatMap(({ plan, outcome }): Validated[] =>
    plan.kind === 'validate' && outcome ? [{ step: plan.id, judged: judged(plan, outcome.findings ?? []) }] : [],
  );
  if (!records.some(({ plan }) => plan.kind === 'validate')) return undefined;

  const all = validated.flatMap(({ judged: some }) => some);
  const weights = all.reduce((sum, { expectation }) => sum + expectation.weight, 0);
  const gates = records.flatMap(({ plan, gate }) =>
    plan.kind === 'validate' && gate ? [{ step: plan.id, ...gate, minScore: plan.minScore }] : [],
  );
  return bounded({
    score: scoreOf(all),
    explanation: explain(all, weights),
    passed: gates.every(({ passed }) => passed),
    gates,
    expectations: validated.flatMap(({ step, judged: some }) => some.map((one) => resultOf(step, one, weights))),
    evidenceTruncated: all.some(({ finding }) => finding.evidence.truncated),
  });
}

const resultOf = (step: string, one: Judged, weights: number): ExpectationResult => {
  const { expectation, finding } = one;
  return {
    expectation: expectation.id,
    step,
    check: finding.check,
    severity: expectation.severity === 'error' ? Severity.ERROR : Severity.WARNING,
    outcome: OUTCOMES[verdictOf(expectation, finding)],
    columns: [...finding.columns],
    rowsChecked: BigInt(finding.rowsChecked),
    rowsFailed: BigInt(finding.rowsFailed),
    passRatio: finding.passRatio,
    minPassRatio: expectation.minPassRatio,
    weight: expectation.weight,
    scoreLoss: lossOf(one, weights),
    observed: finding.observed ?? { value: undefined },
    evidenceColumns: finding.evidence.columns.map(columnMessage),
    evidence: finding.evidence.rows.map(({ rowNumber, row }) => ({ rowNumber: BigInt(rowNumber), row })),
    error: finding.error,
  };
};

const lossOf = ({ expectation, finding }: Judged, weights: number): number =>
  (expectation.weight * (1 - finding.passRatio)) / weights;

/** Leaves evidence out, from the end, until the report is small enough to be sent and kept. */
function bounded(report: QualityReport): QualityReport {
  let size = sizeOf(report);
  if (size <= MAX_REPORT_BYTES) return report;
  const expectations = [...report.expectations];
  for (let index = expectations.length - 1; index >= 0 && size > MAX_REPORT_BYTES; index--) {
    const full = expectations[index];
    if (!full || full.evidence.length === 0) continue;
    const bare = { ...full, evidence: [], evidenceColumns: [] };
    size -= sizeOf({ ...report, expectations: [full] }) - sizeOf({ ...report, expectations: [bare] });
    expectations[index] = bare;
  }
  return { ...report, expectations, evidenceTruncated: true };
}

const sizeOf = (report: QualityReport): number => QualityReport.encode(report).finish().length;
