import { readDuckError } from '../duck/duck-error.ts';
import { StepFailure } from '../duck/step-failure.ts';
import { resourceFailure } from '../duck/translate-error.ts';
import { countRowChecks, findingOf } from '../expectations/findings.ts';
import { prepare } from '../expectations/index.ts';
import { Uncheckable, type CheckContext, type Prepared } from '../expectations/row-check.ts';
import type { ExpectationPlan, ValidatePlan } from '../plan/plan.ts';
import { passOn, tableOf, type RunState } from './run-state.ts';
import type { Finding, StepOutcome } from './step-outcome.ts';

/** A report is not larger than this, with what else stands in it. */
const EVIDENCE_BYTES = 1_000_000;

/** validate: checks every expectation, all that look at single rows in one scan. Whether a gate closes is not its part. */
export async function validate(state: RunState, plan: ValidatePlan): Promise<StepOutcome> {
  const table = tableOf(state, plan.input);
  const context: CheckContext = { ...state, step: plan.id, table };
  const trial = <T>(work: () => Promise<T>): Promise<T | string> => attempt(state, plan.id, work);
  const prepared: (Prepared | string)[] = [];
  for (const { check } of plan.expectations)
    prepared.push(await trial(() => prepare(check, context, state.parameters)));

  const counts = await countRowChecks(context, prepared, trial);
  const budget = { left: EVIDENCE_BYTES };
  const findings: Finding[] = [];
  for (const [index, expectation] of plan.expectations.entries()) {
    const check = prepared[index] ?? '';
    const found =
      typeof check === 'string' ? check : await trial(() => findingOf(context, expectation, check, counts, budget));
    findings.push(typeof found === 'string' ? unchecked(expectation, check, found) : found);
  }

  await passOn(state, plan.id, table);
  const { rows, columns } = table;
  const errored = findings.filter(({ error }) => error !== '').length;
  const detail = `${findings.length} expectation(s) checked${errored > 0 ? `, ${errored} could not be` : ''}`;
  return { rowsIn: rows, rowsOut: rows, rowsSkipped: 0, sizeBytes: 0, detail, columns, findings };
}

/** What comes of the work, or in words why it cannot be done. What ends the run is thrown. */
async function attempt<T>(state: RunState, step: string, work: () => Promise<T>): Promise<T | string> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Uncheckable) return error.message;
    if (error instanceof StepFailure && error.failure.reason === 'SQL_INVALID')
      return String(error.failure.facts['problem']);
    const known = resourceFailure(error, step, state.limits);
    if (known) throw known;
    return readDuckError(error).message;
  }
}

const unchecked = ({ id, check }: ExpectationPlan, prepared: Prepared | string, error: string): Finding => ({
  expectation: id,
  check: typeof prepared === 'string' ? check.kind.replaceAll('_', ' ') : prepared.words,
  columns: typeof prepared === 'string' ? [] : prepared.columns,
  rowsChecked: 0,
  rowsFailed: 0,
  passRatio: 0,
  observed: undefined,
  evidence: { columns: [], rows: [], truncated: false },
  error,
});
