import { AnonymizeOperator } from '@weir/contracts/registry';
import { AnonymizationSummary, AnonymizedField, PiiType, type FieldFindings } from '@weir/contracts/security';
import type { StepRecord } from '../run/execute-run.ts';
import { piiSummary } from './pii-summary.ts';

const redact = { operator: { $case: 'redact' as const, value: { replacement: '' } } };
const hash = { operator: { $case: 'hash' as const, value: { lengthBytes: 0 } } };
const mails = (valueCount: bigint, minScore: number, maxScore: number): FieldFindings => ({
  type: PiiType.EMAIL,
  recognizer: 'recognizers/email',
  valueCount,
  minScore,
  maxScore,
});
const field = (outputFieldPath: string, operator: AnonymizedField['operator'], findings: FieldFindings[]) =>
  AnonymizedField.fromPartial({ fieldPath: 'note', outputFieldPath, operator, findings });
const step = (scannedValueCount: bigint, fields: AnonymizedField[]) =>
  ({ outcome: { anonymized: AnonymizationSummary.fromPartial({ scannedValueCount, fields }) } }) as StepRecord;

describe('the summary of personal data', () => {
  it('is missing where no step looked, and empty where one found nothing', () => {
    expect(piiSummary({ steps: [] })).toBeUndefined();
    expect(piiSummary({ steps: [step(7n, [])] })).toEqual({ valuesScanned: 7n, findings: [], residualCount: 0n });
  });

  it('joins what one operator did to a field, whether a value went or a part of it, and no more', () => {
    const removed = field('', redact, [mails(2n, 0.8, 0.9)]);
    const cut = field('note', redact, [mails(3n, 0.6, 0.7)]);
    const hashed = field('note', hash, [mails(1n, 1, 1)]);

    const summary = piiSummary({ steps: [step(5n, [removed, cut]), step(6n, [hashed])] });

    const mail = { type: PiiType.EMAIL, field: 'note', recognizer: 'recognizers/email' };
    expect(summary?.valuesScanned).toBe(11n);
    expect(summary?.findings).toEqual([
      { ...mail, operator: AnonymizeOperator.HASH, count: 1n, minScore: 1, maxScore: 1 },
      { ...mail, operator: AnonymizeOperator.REDACT, count: 5n, minScore: 0.6, maxScore: 0.9 },
    ]);
  });

  it('says nothing of a field that a rule names and in which nothing was found', () => {
    expect(piiSummary({ steps: [step(1n, [field('note_hash', hash, [])])] })?.findings).toEqual([]);
  });
});
