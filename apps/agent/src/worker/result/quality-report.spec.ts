import { ExpectationOutcome, QualityReport } from '@weir/contracts/agent';
import { Severity } from '@weir/contracts/registry';
import fc from 'fast-check';
import type { Evidence, Finding } from '../pipeline/step-outcome.ts';
import type { ExpectationPlan, ValidatePlan } from '../plan/plan.ts';
import type { StepRecord } from '../run/execute-run.ts';
import { gateOf } from './gates.ts';
import { qualityReport } from './quality-report.ts';

const expectation = (id: string, rest: Partial<ExpectationPlan> = {}): ExpectationPlan => ({
  id,
  severity: 'error',
  weight: 1,
  minPassRatio: 1,
  maxEvidence: 10,
  check: { kind: 'not_null', column: 'a' },
  ...rest,
});

const finding = (id: string, failed: number, rest: Partial<Finding> = {}): Finding => ({
  expectation: id,
  check: `${id} is not null`,
  columns: ['a'],
  rowsChecked: 1000,
  rowsFailed: failed,
  passRatio: 1 - failed / 1000,
  observed: undefined,
  evidence: { columns: [], rows: [], truncated: false },
  error: '',
  ...rest,
});

type Pair = readonly [ExpectationPlan, Finding];

function record(pairs: readonly Pair[], rest: Partial<ValidatePlan> = {}): StepRecord {
  const expectations = pairs.map(([plan]) => plan);
  const plan: ValidatePlan = {
    kind: 'validate',
    id: 'v',
    input: 'x',
    expectations,
    minScore: 0,
    continueOnError: false,
    ...rest,
  };
  const findings = pairs.map(([, found]) => found);
  const outcome = { rowsIn: 1000, rowsOut: 1000, rowsSkipped: 0, sizeBytes: 0, detail: '', columns: [], findings };
  return { plan, outcome, startedAt: new Date(), durationMs: 1, gate: gateOf(plan, findings) };
}

const report = (...pairs: readonly Pair[]): QualityReport => {
  const made = qualityReport([record(pairs)]);
  if (!made) throw new Error('no report');
  return made;
};

describe('a gate', () => {
  const broken: Pair = [expectation('a'), finding('a', 100)];
  const gate = (pairs: readonly Pair[], rest: Partial<ValidatePlan> = {}) => record(pairs, rest).gate;

  it('closes for a broken expectation of severity ERROR, unless the step goes on', () => {
    expect(gate([broken])).toEqual({ score: 0.9, passed: false });
    expect(gate([broken], { continueOnError: true })).toEqual({ score: 0.9, passed: true });
    expect(gate([[expectation('a', { severity: 'warning' }), finding('a', 100)]])).toMatchObject({ passed: true });
  });

  it('stays open while enough rows pass', () => {
    expect(gate([[expectation('a', { minPassRatio: 0.9 }), finding('a', 100)]])).toMatchObject({ passed: true });
    expect(gate([[expectation('a', { minPassRatio: 0.91 }), finding('a', 100)]])).toMatchObject({ passed: false });
  });

  it('closes for a score that does not suffice, whatever the severity', () => {
    const warning: Pair = [expectation('a', { severity: 'warning' }), finding('a', 100)];
    expect(gate([warning], { minScore: 0.9 })).toMatchObject({ passed: true });
    expect(gate([warning], { minScore: 0.95, continueOnError: true })).toMatchObject({ passed: false });
  });

  it('closes for what could not be checked', () => {
    const unchecked: Pair = [expectation('a'), finding('a', 0, { passRatio: 0, error: 'there is no column "a"' })];
    expect(gate([unchecked])).toEqual({ score: 0, passed: false });
  });
});

describe('a report', () => {
  it('has a score that is the weighted mean, and losses that add up to what is missing', () =>
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.double({ min: 0.01, max: 1000, noNaN: true }), fc.integer({ min: 0, max: 1000 })), {
          minLength: 1,
          maxLength: 8,
        }),
        (drawn) => {
          const pairs = drawn.map(([weight, failed], i): Pair => [
            expectation(`e${i}`, { weight }),
            finding(`e${i}`, failed),
          ]);
          const { score, expectations } = report(...pairs);
          const weights = drawn.reduce((sum, [weight]) => sum + weight, 0);
          const mean = drawn.reduce((sum, [weight, failed]) => sum + weight * (1 - failed / 1000), 0) / weights;
          expect(score).toBeCloseTo(mean, 9);
          expect(score + expectations.reduce((sum, { scoreLoss }) => sum + scoreLoss, 0)).toBeCloseTo(1, 9);
        },
      ),
    ));

  it('says what cost how much, worst first', () => {
    const { explanation } = report(
      [expectation('small'), finding('small', 1)],
      [expectation('big', { weight: 2 }), finding('big', 500)],
      [expectation('gone'), finding('gone', 0, { passRatio: 0, error: 'there is no column "x"' })],
      [expectation('fine'), finding('fine', 0)],
    );
    expect(explanation).toBe(
      '0.5998: big cost 0.2 (500 of 1,000 rows break: big is not null); ' +
        'gone cost 0.2 (it could not be checked: there is no column "x"); ' +
        'small cost 0.0002 (1 of 1,000 rows break: small is not null)',
    );
    expect(report([expectation('fine'), finding('fine', 0)]).explanation).toBe('1: the expectation holds');
  });

  it('has one result per expectation', () => {
    const { expectations, gates, passed } = report([expectation('a', { severity: 'warning' }), finding('a', 10)]);
    expect(passed).toBe(true);
    expect(gates).toEqual([{ step: 'v', score: 0.99, minScore: 0, passed: true }]);
    expect(expectations[0]).toMatchObject({
      expectation: 'a',
      step: 'v',
      severity: Severity.WARNING,
      outcome: ExpectationOutcome.FAILED,
      rowsChecked: 1000n,
      rowsFailed: 10n,
      scoreLoss: expect.closeTo(0.01, 9),
    });
  });

  it('leaves evidence out when it would be larger than 1 MiB', () => {
    const value = { $case: 'stringValue' as const, value: 'x'.repeat(200) };
    const rows = Array.from({ length: 100 }, () => ({ rowNumber: 1, row: { cells: Array(30).fill({ value }) } }));
    const evidence: Evidence = { columns: [], rows, truncated: false };
    const made = report(...['a', 'b', 'c'].map((id): Pair => [expectation(id), finding(id, 100, { evidence })]));
    expect(QualityReport.encode(made).finish().length).toBeLessThan(1024 * 1024);
    expect(made.evidenceTruncated).toBe(true);
    expect(made.expectations.map(({ evidence: kept }) => kept.length)).toEqual([100, 0, 0]);
  });

  it('is none when no step validates', () => {
    expect(qualityReport([])).toBeUndefined();
  });
});
