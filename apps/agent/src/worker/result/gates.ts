import type { Finding } from '../pipeline/step-outcome.ts';
import type { ExpectationPlan, ValidatePlan } from '../plan/plan.ts';

/** Whether an expectation holds. */
export type Verdict = 'passed' | 'failed' | 'errored';

/** Whether a validate step lets the run go on. */
export interface Gate {
  readonly score: number;
  readonly passed: boolean;
}

/** Enough rows pass, and it could be checked. */
export function verdictOf({ minPassRatio }: ExpectationPlan, { error, passRatio }: Finding): Verdict {
  if (error !== '') return 'errored';
  return passRatio >= minPassRatio ? 'passed' : 'failed';
}

/** An expectation with what came of it. */
export interface Judged {
  readonly expectation: ExpectationPlan;
  readonly finding: Finding;
}

/** The expectations of a step with what came of them. */
export const judged = ({ expectations }: ValidatePlan, findings: readonly Finding[]): Judged[] =>
  expectations.flatMap((expectation, index) => {
    const finding = findings[index];
    return finding ? [{ expectation, finding }] : [];
  });

/** The mean of the pass ratios, weighted; 1 when there are none. */
export function scoreOf(all: readonly Judged[]): number {
  const weights = all.reduce((sum, { expectation }) => sum + expectation.weight, 0);
  if (weights === 0) return 1;
  return all.reduce((sum, { expectation, finding }) => sum + expectation.weight * finding.passRatio, 0) / weights;
}

/** The gate of a step: its score suffices, and no expectation of severity ERROR is broken unless it goes on regardless. */
export function gateOf(plan: ValidatePlan, findings: readonly Finding[]): Gate {
  const all = judged(plan, findings);
  const score = scoreOf(all);
  const broken = all.some(
    ({ expectation, finding }) => expectation.severity === 'error' && verdictOf(expectation, finding) !== 'passed',
  );
  return { score, passed: score >= plan.minScore && (plan.continueOnError || !broken) };
}
