import type { AnonymizeRecordsRequest, AnonymizeRecordsResponse } from '@weir/contracts/security';
import { parse, tenantName, type Unary } from '@weir/rpc';
import { z } from 'zod';
import { tenantIn } from '../domain/principal.ts';
import { openAnonymization } from '../privacy/anonymization.ts';
import type { PrivacyParts } from '../privacy/privacy-parts.ts';
import { anonymizationField, foundFields, recordsField } from './privacy-fields.ts';

const Request = z.object({ tenant: tenantName(), records: recordsField(), options: anonymizationField() });

/** Anonymises records and answers them in their order. */
export function anonymizeRecords(parts: PrivacyParts): Unary<AnonymizeRecordsRequest, AnonymizeRecordsResponse> {
  return async (request, call) => {
    const { tenant, records: given, options } = parse(Request, request);

    const anonymization = await openAnonymization(parts, tenantIn(tenant), options, call);
    const records = await anonymization.anonymize(given.records);

    const { tally } = anonymization;
    call.audit(foundFields(tally));
    return {
      records: { records },
      fields: tally.fields(),
      counts: tally.counts(),
      scannedValueCount: BigInt(tally.values),
    };
  };
}
