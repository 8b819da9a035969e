import type { DownloadDatasetRequest, DownloadDatasetResponse } from '@weir/contracts/agent';
import { DataFormat } from '@weir/contracts/registry';
import { reason } from '@weir/errors';
import { childName, parse, text, type ServerStream } from '@weir/rpc';
import { z } from 'zod';
import type { AccessDecisions } from '../access/access-decisions.ts';
import { checkReadAccess } from '../access/read-access.ts';
import { openDownload, type DownloadParts } from '../datasets/open-download.ts';
import { formatLabel } from '../domain/data-formats.ts';
import { dataFlags } from '../domain/data-flags.ts';
import type { StoredDataset } from '../domain/dataset.ts';
import type { DatasetStore } from '../store/dataset-store.ts';
import { optionalEnum } from './dataset-fields.ts';

const Request = z
  .object({
    name: childName('datasets'),
    format: optionalEnum(DataFormat),
    offsetBytes: z.bigint().min(0n, 'must not be negative'),
    etag: text(0, 64),
  })
  .refine(({ offsetBytes, etag }) => offsetBytes === 0n || etag !== '', {
    path: ['etag'],
    message: 'is required with offset_bytes',
  });

/** What the handler works with. */
export interface DownloadDatasetParts extends DownloadParts {
  readonly datasets: DatasetStore;
  readonly decisions: AccessDecisions;
  readonly largeDatasetBytes: number;
}

/** Streams a dataset, anonymised where the decision says so: one header, then chunks. */
export function downloadDataset(
  parts: DownloadDatasetParts,
): ServerStream<DownloadDatasetRequest, DownloadDatasetResponse> {
  return async function* download(request, context) {
    const { name, format, offsetBytes, etag } = parse(Request, request);
    const found = await parts.datasets.find(context.scope, name);
    if (!found) throw reason('DATASET_NOT_FOUND', { name }, { resource: { type: 'Dataset', name } });
    const owed = await checkReadAccess(parts.decisions, 'download_dataset', found, context);
    if (format !== DataFormat.UNSPECIFIED && format !== found.dataset.format) throw unsupported(format, found);

    await using opened = await openDownload(parts, found, owed, { offsetBytes, etag }, context.signal);
    const { sizeBytes } = opened.header;
    const flags = dataFlags(sizeBytes, parts.largeDatasetBytes);
    const masked = opened.header.maskedColumns.length;
    context.audit({
      dataset: name,
      dataSizeBytes: Number(sizeBytes - offsetBytes),
      flags,
      details: { masked_columns: masked },
    });

    yield { payload: { $case: 'header', value: opened.header } };
    for await (const value of opened.bytes) yield { payload: { $case: 'chunk', value } };
  };
}

const unsupported = (format: DataFormat, { dataset }: StoredDataset) =>
  reason('FORMAT_UNSUPPORTED', {
    what: `a download of ${dataset.name}`,
    format: formatLabel(format),
    supported: formatLabel(dataset.format),
  });
