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
export function piiSummary({ steps }: Pick<RunRecord, 'steps'>): PiiSummary | undefined {
  const looked = steps.flatMap(({ outcome }) => (outcome?.anonymized ? [outcome.anonymized] : []));
  if (looked.length === 0) return undefined;
  const findings = joined(looked.flatMap(({ fields }) => fields.flatMap(findingsOf)));
  const scanned = looked.reduce((sum, { scannedValueCount }) => sum + scannedValueCount, 0n);
  return { valuesScanned: scanned, findings: findings.sort(inOrder), residualCount: 0n };
}

const findingsOf = ({ fieldPath, operator, findings }: AnonymizedField): PiiFieldFinding[] =>
  findings.map(({ type, recognizer, valueCount, minScore, maxScore }) => ({
    type,
    field: fieldPath,
    count: valueCount,
    minScore,
    maxScore,
    operator: operator?.operator ? operators[operator.operator.$case] : AnonymizeOperator.UNSPECIFIED,
    recognizer,
  }));

/** One of each: a value that was removed and one from which something was cut out were both redacted. */
function joined(findings: readonly PiiFieldFinding[]): PiiFieldFinding[] {
  const totals = new Map<string, PiiFieldFinding>();
  for (const one of findings) {
    const key = JSON.stringify([one.field, one.type, one.recognizer, one.operator]);
    const total = totals.get(key);
    totals.set(key, total === undefined ? one : sumOf(total, one));
  }
  return [...totals.values()];
}

const sumOf = (a: PiiFieldFinding, b: PiiFieldFinding): PiiFieldFinding => ({
  ...a,
  count: a.count + b.count,
  minScore: Math.min(a.minScore, b.minScore),
  maxScore: Math.max(a.maxScore, b.maxScore),
});

const inOrder = (a: PiiFieldFinding, b: PiiFieldFinding): number =>
  byText(a.field, b.field) || a.type - b.type || byText(a.recognizer, b.recognizer) || a.operator - b.operator;

const byText = (a: string, b: string): number => (a < b ? -1 : Number(a > b));
