import { UploadDatasetRequest, UploadDatasetResponse, type Dataset, type UploadMetadata } from '@weir/contracts/agent';
import { Clearance, DataFormat } from '@weir/contracts/registry';
import { reason } from '@weir/errors';
import { enumValue, idIn, parse, resourceId, tenantName, type ClientStream } from '@weir/rpc';
import { z } from 'zod';
import { receiveUpload, type UploadParts } from '../datasets/receive-upload.ts';
import { READABLE_FORMATS, formatLabel, formatLabels } from '../domain/data-formats.ts';
import { dataFlags } from '../domain/data-flags.ts';
import { answerOf, digestOf } from '../domain/request-digest.ts';
import type { AnswerStore } from '../store/answer-store.ts';
import type { UnitOfWork } from '../store/unit-of-work.ts';
import { csvOptions, targetFields } from './dataset-fields.ts';
import { openUpload } from './upload-messages.ts';

const Request = z.object({
  parent: tenantName(),
  metadata: z.object({
    target: z.object({
      ...targetFields,
      datasetId: resourceId(),
      format: enumValue(DataFormat),
      classification: enumValue(Clearance),
    }),
    csv: csvOptions().optional(),
    sizeBytes: z.bigint().min(0n, 'must not be negative'),
    sha256: z.union([z.literal(''), z.string().regex(/^[0-9a-fA-F]{64}$/)], 'must be 64 hexadecimal digits'),
    requestId: z.union([z.literal(''), z.uuid()], 'must be a UUID'),
  }),
});

/** What the handler works with. */
export interface UploadDatasetParts extends UploadParts {
  readonly answers: AnswerStore;
  readonly unitOfWork: UnitOfWork;
  readonly largeDatasetBytes: number;
}

/** Takes one dataset in, or answers as it did before when the request is a repeat. */
export function uploadDataset(parts: UploadDatasetParts): ClientStream<UploadDatasetRequest, UploadDatasetResponse> {
  const { answers, datasets, unitOfWork } = parts;
  return async (requests, context) => {
    const { first, chunks } = await openUpload(requests);
    const { parent, metadata } = parse(Request, first);
    const { scope, method, principal } = context;
    const { target, csv, requestId } = metadata;
    if (!READABLE_FORMATS.includes(target.format)) throw unsupported(target.format);

    const requestDigest = digestOf(UploadDatasetRequest.encode(openingOf(first)).finish());
    const key = { principal: principal?.subject ?? '', method, requestId: requestId.toLowerCase() };
    const earlier = requestId === '' ? undefined : await answers.find(scope, key);
    if (earlier) return UploadDatasetResponse.decode(answerOf(earlier, requestDigest, requestId));
    const upload = { ...metadata, tenant: idIn(parent, 'tenants'), target: { ttl: undefined, ...target }, csv };
    const dataset = await receiveUpload(parts, upload, chunks, context, (described, content) =>
      unitOfWork(scope, async () => {
        const stored = await datasets.put(scope, described, content, target);
        const response = UploadDatasetResponse.encode({ dataset: stored }).finish();
        if (requestId !== '') await answers.keep(scope, key, { requestDigest, response });
        return stored;
      }),
    );

    context.audit(auditOf(dataset, parts.largeDatasetBytes));
    return { dataset };
  };
}

const unsupported = (format: DataFormat) =>
  reason('FORMAT_UNSUPPORTED', {
    what: 'a dataset',
    format: formatLabel(format),
    supported: formatLabels(READABLE_FORMATS),
  });

const openingOf = ({ parent, metadata }: { parent: string; metadata: UploadMetadata }): UploadDatasetRequest => ({
  parent,
  payload: { $case: 'metadata', value: metadata },
});

const auditOf = ({ name, sizeBytes, format, rowCount, keyVersion }: Dataset, large: number) => ({
  resource: name,
  dataset: name,
  dataSizeBytes: Number(sizeBytes),
  flags: dataFlags(sizeBytes, large),
  details: { format: formatLabel(format), rows: Number(rowCount), encrypted: keyVersion !== '' },
});
