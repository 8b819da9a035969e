import type { AnonymizationRule } from '@weir/contracts/security';

type Operator = NonNullable<NonNullable<AnonymizationRule['operator']>['operator']>['$case'];

// A hash leads nowhere back and still joins records; a token leads back; a mask and a general value show a part.
const ORDER: readonly Operator[] = ['keep', 'generalize', 'mask', 'tokenize', 'hash', 'redact'];

const rankOf = ({ operator }: AnonymizationRule): number =>
  operator?.operator ? ORDER.indexOf(operator.operator.$case) : -1;

/** Digits that a mask shows; unset ends show what the type does by default, so they count as many. */
function shownBy({ operator }: AnonymizationRule): number {
  if (operator?.operator?.$case !== 'mask') return 0;
  const { keepFirst, keepLast } = operator.operator.value;
  return (keepFirst ?? 8) + (keepLast ?? 4);
}

/** Of two rules for one target the one that shows less; of two equal ones the first. */
export function stricter(first: AnonymizationRule, second: AnonymizationRule): AnonymizationRule {
  const ranks = rankOf(first) - rankOf(second);
  if (ranks !== 0) return ranks > 0 ? first : second;
  return shownBy(second) < shownBy(first) ? second : first;
}

/** What a rule is about: two rules with the same target compete. */
export const targetOf = ({ target }: AnonymizationRule): string => `${target?.$case} ${target?.value}`;

/** Each target once, by its strictest rule, in the order in which the targets come. */
export function strictest(rules: readonly AnonymizationRule[]): AnonymizationRule[] {
  const byTarget = new Map<string, AnonymizationRule>();
  for (const rule of rules) {
    const before = byTarget.get(targetOf(rule));
    byTarget.set(targetOf(rule), before ? stricter(before, rule) : rule);
  }
  return [...byTarget.values()];
}
