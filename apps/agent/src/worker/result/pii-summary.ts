import type { PiiFieldFinding, PiiSummary } from '@weir/contracts/agent';
import { AnonymizeOperator } from '@weir/contracts/registry';
import type { AnonymizationOperator, AnonymizedField } from '@weir/contracts/security';
import type { RunRecord } from '../run/execute-run.ts';

const operators: Readonly<Record<NonNullable<AnonymizationOperator['operator']>['$case'], AnonymizeOperator>> = {
  hash: AnonymizeOperator.HASH,
  mask: AnonymizeOperator.MASK,
  redact: AnonymizeOperator.REDACT,
  tokenize: AnonymizeOperator.TOKENIZE,
  generalize: AnonymizeOperator.GENERALIZE,
  keep: AnonymizeOperator.KEEP,
};

/** What personal data the steps of a run found, and what became of it; undefined when none looked. */
export function piiSummary({ steps }: RunRecord): PiiSummary | undefined {
  const looked = steps.flatMap(({ outcome }) => (outcome?.anonymized ? [outcome.anonymized] : []));
  if (looked.length === 0) return undefined;
  const findings = looked.flatMap(({ fields }) => fields.flatMap(findingsOf));
  const scanned = looked.reduce((sum, { recordCount }) => sum + recordCount, 0n);
  return { valuesScanned: scanned, findings: findings.sort(inOrder), residualCount: 0n };
}

const findingsOf = ({ fieldPath, operator, types, recordCount }: AnonymizedField): PiiFieldFinding[] =>
  types.map((type) => ({
    type,
    field: fieldPath,
    count: recordCount,
    minScore: 0,
    maxScore: 0,
    operator: operator?.operator ? operators[operator.operator.$case] : AnonymizeOperator.UNSPECIFIED,
    recognizer: '',
  }));

const inOrder = (a: PiiFieldFinding, b: PiiFieldFinding): number =>
  a.field === b.field ? a.type - b.type : a.field < b.field ? -1 : 1;
