import { AnonymizeOperator } from '@weir/contracts/registry';
import { GeneralizationMethod, type AnonymizationOperator, type AnonymizationRule } from '@weir/contracts/security';
import type { AnonymizePlan, StepPlan } from './plan.ts';
import type { ExecuteOrder } from './request.ts';

/** A rule of a step as a rule of the security service. */
export const ruleOf = ({ field, operator }: { field: string; operator: AnonymizeOperator }): AnonymizationRule => ({
  target: { $case: 'fieldPath', value: field },
  operator: { operator: operators[operator] },
  outputField: '',
});

type Operator = AnonymizationOperator['operator'];

const operators: Readonly<Record<AnonymizeOperator, Operator>> = {
  [AnonymizeOperator.UNSPECIFIED]: { $case: 'redact', value: { replacement: '' } },
  [AnonymizeOperator.UNRECOGNIZED]: { $case: 'redact', value: { replacement: '' } },
  [AnonymizeOperator.KEEP]: { $case: 'keep', value: {} },
  [AnonymizeOperator.HASH]: { $case: 'hash', value: { lengthBytes: 0 } },
  [AnonymizeOperator.MASK]: { $case: 'mask', value: { keepFirst: undefined, keepLast: undefined, maskCharacter: '' } },
  [AnonymizeOperator.REDACT]: { $case: 'redact', value: { replacement: '' } },
  [AnonymizeOperator.TOKENIZE]: { $case: 'tokenize', value: { key: '' } },
  [AnonymizeOperator.GENERALIZE]: { $case: 'generalize', value: { method: GeneralizationMethod.UNSPECIFIED } },
};

/** What decisions demand of everything that leaves the worker; undefined: nothing. */
function owed({ obligations }: ExecuteOrder): { rules: AnonymizationRule[]; detect: boolean } | undefined {
  const demands = obligations.flatMap(({ kind }) => (kind?.$case === 'anonymize' ? [kind.value] : []));
  if (demands.length === 0) return undefined;
  const byTarget = new Map<string, AnonymizationRule>();
  for (const rule of demands.flatMap(({ rules }) => rules as AnonymizationRule[])) {
    const target = `${rule.target?.$case} ${rule.target?.value}`;
    if (!byTarget.has(target)) byTarget.set(target, rule);
  }
  return { rules: [...byTarget.values()], detect: demands.some(({ detectPii }) => detectPii) };
}

/**
 * Puts a step in front of each one whose rows leave the worker, where a decision demands it: what is written and
 * profiled is anonymised, and rows that break an expectation are counted, not shown.
 */
export function withOwedAnonymization(order: ExecuteOrder, steps: readonly StepPlan[]): StepPlan[] {
  const demand = owed(order);
  if (!demand) return [...steps];
  const made = new Map<string, AnonymizePlan>();
  const taken = new Set(steps.map(({ id }) => id));
  return steps.flatMap((step): StepPlan[] => {
    if (step.kind === 'validate')
      return [{ ...step, expectations: step.expectations.map((one) => ({ ...one, maxEvidence: 0 })) }];
    if (step.kind !== 'write' && step.kind !== 'profile') return [step];
    const known = made.get(step.input);
    if (known) return [{ ...step, input: known.id }];
    const id = freeId(step.input, taken);
    const plan = { kind: 'anonymize', id, input: step.input, ...demand, isOwed: true } as const;
    made.set(step.input, plan);
    return [plan, { ...step, input: id }];
  });
}

/** The id of a table that no step has. */
function freeId(input: string, taken: Set<string>): string {
  let id = `${input}_anonymized`;
  while (taken.has(id)) id = `${id}_`;
  taken.add(id);
  return id;
}
