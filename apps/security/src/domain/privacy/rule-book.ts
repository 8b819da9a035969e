import type { AnonymizationOperator, AnonymizationRule, PiiType } from '@weir/contracts/security';
import { reason } from '@weir/errors';
import { targetOf } from '../compliance/strictness.ts';
import { defaultForField, defaultForType, REDACT } from './default-operators.ts';
import { pathTable, type Path } from './field-path.ts';
import type { ValueFinding } from './value-scan.ts';

/** What a rule or a default says of a field. */
export interface FieldTreatment {
  readonly operator: AnonymizationOperator;
  /** What the field is called afterwards; empty: as its operator has it. */
  readonly outputField: string;
}

/** What is to happen to fields and findings: rules of the request before those of the tenant before the defaults. */
export interface RuleBook {
  /** What is said of the field itself. */
  field(path: Path): FieldTreatment | undefined;
  /** What happens to a finding in a field of which nothing is said. */
  finding(finding: ValueFinding): AnonymizationOperator;
}

/** Throws RULE_CONFLICT when two of the rules have one target. */
export function requireDistinct(rules: readonly AnonymizationRule[]): void {
  const seen = new Set<string>();
  for (const rule of rules) {
    const target = targetOf(rule);
    if (seen.has(target)) throw reason('RULE_CONFLICT', { claims: target });
    seen.add(target);
  }
}

/** Arranges rules; of two for one target the one that comes first counts. */
export function ruleBook(rules: readonly AnonymizationRule[]): RuleBook {
  const fields: [string, FieldTreatment][] = [];
  const types = new Map<PiiType, AnonymizationOperator>();
  const customs = new Map<string, AnonymizationOperator>();
  for (const { target, operator = REDACT, outputField } of rules) {
    if (target?.$case === 'fieldPath') fields.push([target.value, { operator, outputField }]);
    else if (target?.$case === 'type' && !types.has(target.value)) types.set(target.value, operator);
    else if (target?.$case === 'customRecognizer' && !customs.has(target.value)) customs.set(target.value, operator);
  }
  const table = pathTable(fields);
  return {
    field(path) {
      const ruled = table.find(path);
      if (ruled) return ruled;
      const operator = defaultForField(path.at(-1) ?? '');
      return operator && { operator, outputField: '' };
    },
    finding: ({ type, customId, operator }) =>
      (customId === undefined ? undefined : (customs.get(customId) ?? operator)) ??
      types.get(type) ??
      defaultForType(type),
  };
}
