import { AnonymizedField, AnonymizationSummary, PiiType } from '@weir/contracts/security';
import { reason } from '@weir/errors';
import type { Anonymizer } from '../worker/privacy/anonymizer.ts';

/** Masks `email` and removes `ssn`, as the security service does; a row with `fail` set fails. */
export const fakeAnonymizer: Anonymizer = {
  async *anonymize(_, batches) {
    let count = 0n;
    for await (const batch of batches) {
      count += BigInt(batch.length);
      yield batch.map(({ email, ssn: _ssn, ...row }) => {
        if (row.fail === true) throw reason('PII_REMAINS', { types: 'EMAIL', fields: 'fail' });
        return email === undefined ? row : { ...row, email_masked: '***' };
      });
    }
    const field = (fieldPath: string, outputFieldPath: string, $case: 'mask' | 'redact', type: PiiType) =>
      AnonymizedField.fromPartial({
        fieldPath,
        outputFieldPath,
        operator: { operator: { $case, value: {} } },
        types: [type],
        recordCount: count,
        findings: [{ type, recognizer: `recognizers/${fieldPath}`, valueCount: 1n, minScore: 0.6, maxScore: 0.9 }],
      } as never);
    const fields = [field('email', 'email_masked', 'mask', PiiType.EMAIL), field('ssn', '', 'redact', PiiType.US_SSN)];
    return AnonymizationSummary.fromPartial({ recordCount: count, fields, scannedValueCount: 2n * count });
  },
};
