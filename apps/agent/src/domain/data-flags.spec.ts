import { PiiSummary } from '@weir/contracts/agent';
import { AnonymizeOperator } from '@weir/contracts/registry';
import { dataFlags, piiFlags } from './data-flags.ts';

const found = (operator: AnonymizeOperator, residualCount = 0n): PiiSummary =>
  PiiSummary.fromPartial({ residualCount, findings: [{ field: 'email', operator }] });

it('data is large over the limit, not at it', () => {
  expect([dataFlags(1_000_000n, 1_000_000), dataFlags(1_000_001n, 1_000_000)]).toEqual([[], ['large_dataset']]);
});

it('a run is flagged for personal data, and for having hidden all of it', () => {
  expect(piiFlags(undefined)).toEqual([]);
  expect(piiFlags(PiiSummary.create())).toEqual([]);
  expect(piiFlags(found(AnonymizeOperator.MASK))).toEqual(['pii_detected', 'pii_anonymized']);
  expect(piiFlags(found(AnonymizeOperator.KEEP))).toEqual(['pii_detected']);
  expect(piiFlags(found(AnonymizeOperator.MASK, 1n))).toEqual(['pii_detected']);
});
