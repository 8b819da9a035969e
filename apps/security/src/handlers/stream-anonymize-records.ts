import type { StreamAnonymizeRecordsRequest, StreamAnonymizeRecordsResponse } from '@weir/contracts/security';
import { invalid } from '@weir/errors';
import { parse, tenantName, type Bidi } from '@weir/rpc';
import { z } from 'zod';
import { tenantIn } from '../domain/principal.ts';
import { openAnonymization, type Anonymization } from '../privacy/anonymization.ts';
import type { PrivacyParts } from '../privacy/privacy-parts.ts';
import { anonymizationField, foundFields, recordsField } from './privacy-fields.ts';

const First = z.object({ tenant: tenantName(), options: anonymizationField() });

const Message = z
  .object({
    tenant: tenantName().or(z.literal('')),
    sequence: z.bigint().min(0n, 'must be at least 1'),
    records: recordsField().optional(),
  })
  .refine(({ sequence, records }) => !records || sequence > 0n, { path: ['sequence'], message: 'is required' });

/** Anonymises any number of records, message by message. */
export function streamAnonymizeRecords(
  parts: PrivacyParts,
): Bidi<StreamAnonymizeRecordsRequest, StreamAnonymizeRecordsResponse> {
  return async function* (requests, call) {
    let anonymization: Anonymization | undefined;
    let state = { tenant: '', sequence: 0n, isFlagged: false };

    for await (const request of requests) {
      const isFirst = anonymization === undefined;
      if (!anonymization) {
        const { tenant, options } = parse(First, request);
        anonymization = await openAnonymization(parts, tenantIn(tenant), options, call);
        state = { ...state, tenant };
      }
      const { tenant, sequence, records } = parse(Message, request);
      requireGoingOn(isFirst, request, tenant, state);
      if (!records) continue;
      if (sequence <= state.sequence) throw invalid([{ field: 'sequence', description: 'must ascend' }]);
      const batch = { sequence, records: { records: await anonymization.anonymize(records.records) } };
      // Flags add up over the life of a stream: once is enough.
      const { flags, details } = foundFields(anonymization.tally);
      call.audit(state.isFlagged ? { details } : { flags, details });
      state = { ...state, sequence, isFlagged: state.isFlagged || flags.length > 0 };
      yield { part: { $case: 'batch', value: batch } };
    }
    if (!anonymization) throw invalid([{ field: 'tenant', description: 'is required in the first message' }]);
    const { tally } = anonymization;
    const totals = {
      recordCount: BigInt(tally.records),
      fields: tally.fields(),
      counts: tally.counts(),
      scannedValueCount: BigInt(tally.values),
    };
    yield { part: { $case: 'summary', value: totals } };
  };
}

/** A later message changes neither the tenant nor the rules. */
function requireGoingOn(
  isFirst: boolean,
  { options }: StreamAnonymizeRecordsRequest,
  tenant: string,
  state: { readonly tenant: string },
): void {
  if (!isFirst && options) throw invalid([{ field: 'options', description: 'goes with the first message only' }]);
  if (tenant === '' || tenant === state.tenant) return;
  throw invalid([{ field: 'tenant', description: `must be "${state.tenant}" or empty, as the stream began` }]);
}
