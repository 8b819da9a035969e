import { ColumnTransformationType, type ColumnLineage } from '@weir/contracts/agent';
import type { AnonymizationOperator, AnonymizedField } from '@weir/contracts/security';
import { topOf } from '../run/anonymize-step.ts';
import type { StepRecord } from '../run/execute-run.ts';

/** A column that an operator changed on its way to an output. */
export interface MaskedColumn {
  readonly field: AnonymizedField;
  /** The step that changed it. */
  readonly step: string;
  /** The read step that it came from; undefined where a query lies in between. */
  readonly source: string | undefined;
}

const WORDS: Readonly<Record<NonNullable<AnonymizationOperator['operator']>['$case'], string>> = {
  hash: 'keyed hash',
  mask: 'masked',
  redact: 'redacted',
  tokenize: 'reversible token',
  generalize: 'generalised',
  keep: 'kept',
};

/** The columns that were changed in the table of a step or in those that it was made of. */
export function maskedColumns(steps: readonly StepRecord[], id: string): MaskedColumn[] {
  const step = steps.find(({ plan }) => plan.id === id);
  if (!step || step.plan.kind === 'read') return [];
  // A query may read any step before it; by name its columns are still those that were changed.
  const inputs =
    step.plan.kind === 'sql' ? steps.slice(0, steps.indexOf(step)).map(({ plan }) => plan.id) : [step.plan.input];
  const before = inputs.flatMap((input) => maskedColumns(steps, input));
  const own = (step.outcome?.anonymized?.fields ?? [])
    .filter(({ operator }) => operator?.operator?.$case !== 'keep')
    .map((field) => ({ field, step: id, source: sourceOf(steps, id) }));
  return [...before, ...own];
}

/** The read step at the beginning of a chain without a query. */
function sourceOf(steps: readonly StepRecord[], id: string): string | undefined {
  const plan = steps.find((one) => one.plan.id === id)?.plan;
  if (!plan || plan.kind === 'sql') return undefined;
  return plan.kind === 'read' ? plan.id : sourceOf(steps, plan.input);
}

/** Where masked columns of an output come from, as far as it is known. */
export function maskedLineage(steps: readonly StepRecord[], output: StepRecord, namespace: string): ColumnLineage[] {
  const columns = new Set((output.outcome?.columns ?? []).map(({ name }) => name));
  return maskedColumns(steps, output.plan.id).flatMap(({ field, step, source }): ColumnLineage[] => {
    const column = topOf(field.outputFieldPath);
    const operator = field.operator?.operator;
    if (source === undefined || !operator || !columns.has(column)) return [];
    const description = `${WORDS[operator.$case]}${field.fieldPath === column ? '' : ` (${field.fieldPath})`}`;
    const type = ColumnTransformationType.DIRECT;
    const how = { type, subtype: 'TRANSFORMATION', description, masking: true, step };
    return [{ column, sources: [{ namespace, name: source, column: topOf(field.fieldPath), transformations: [how] }] }];
  });
}
