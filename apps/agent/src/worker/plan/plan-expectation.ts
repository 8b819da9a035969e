import { Severity } from '@weir/contracts/registry';
import type { OrderedCheck } from './check-schema.ts';
import { millisecondsOf, plainValue } from './plain-value.ts';
import type { Check, ExpectationPlan } from './plan.ts';
import type { OrderedExpectation } from './step-schema.ts';

const DEFAULT_EVIDENCE = 10;

/** An expectation with its defaults filled in. */
export const planExpectation = (ordered: OrderedExpectation): ExpectationPlan => ({
  id: ordered.id,
  severity: ordered.severity === Severity.ERROR ? 'error' : 'warning',
  weight: ordered.weight === 0 ? 1 : ordered.weight,
  minPassRatio: ordered.minPassRatio === 0 ? 1 : ordered.minPassRatio,
  maxEvidence: ordered.maxEvidenceRows ?? DEFAULT_EVIDENCE,
  check: planCheck(ordered.check),
});

function planCheck(check: OrderedCheck): Check {
  switch (check.$case) {
    case 'notNull':
      return { kind: 'not_null', ...check.value };
    case 'unique':
      return { kind: 'unique', ...check.value };
    case 'inRange': {
      const { min, max, ...rest } = check.value;
      return { kind: 'in_range', ...rest, min: min && plainValue(min), max: max && plainValue(max) };
    }
    case 'inSet':
      return { kind: 'in_set', column: check.value.column, values: check.value.values.map(plainValue) };
    case 'matches':
      return { kind: 'matches', ...check.value };
    case 'rowCount':
      return { kind: 'row_count', min: numberOf(check.value.min), max: numberOf(check.value.max) };
    case 'freshness':
      return { kind: 'freshness', column: check.value.column, maxAgeMs: millisecondsOf(check.value.maxAge) };
    case 'referential':
      return { kind: 'referential', ...check.value };
    case 'customSql':
      return { kind: 'custom_sql', ...check.value };
  }
}

const numberOf = (value: bigint | undefined): number | undefined => (value === undefined ? undefined : Number(value));
