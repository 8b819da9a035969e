import type { DownloadDatasetRequest, DownloadDatasetResponse, DownloadHeader } from '@weir/contracts/agent';
import { DataFormat } from '@weir/contracts/registry';
import { reason } from '@weir/errors';
import { childName, parse, text, type ServerStream } from '@weir/rpc';
import { z } from 'zod';
import type { AccessDecisions } from '../access/access-decisions.ts';
import { checkReadAccess } from '../access/read-access.ts';
import type { HoldParts } from '../datasets/held-content.ts';
import { openContent } from '../datasets/open-content.ts';
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
export interface DownloadDatasetParts extends HoldParts {
  readonly datasets: DatasetStore;
  readonly decisions: AccessDecisions;
  readonly largeDatasetBytes: number;
}

/** Streams a dataset: one header, then chunks. */
export function downloadDataset(
  parts: DownloadDatasetParts,
): ServerStream<DownloadDatasetRequest, DownloadDatasetResponse> {
  return async function* download(request, context) {
    const { name, format, offsetBytes, etag } = parse(Request, request);
    const found = await parts.datasets.find(context.scope, name);
    if (!found) throw reason('DATASET_NOT_FOUND', { name }, { resource: { type: 'Dataset', name } });
    await checkReadAccess(parts.decisions, 'download_dataset', found, context);
    const { dataset, content } = found;
    if (etag !== '' && etag !== content) throw reason('ETAG_MISMATCH', { name, etag });
    if (format !== DataFormat.UNSPECIFIED && format !== dataset.format) throw unsupported(format, found);
    if (offsetBytes > dataset.sizeBytes) {
      throw reason('OFFSET_OUT_OF_RANGE', { offset: offsetBytes, size: dataset.sizeBytes });
    }
    const flags = dataFlags(dataset.sizeBytes, parts.largeDatasetBytes);
    context.audit({ dataset: name, dataSizeBytes: Number(dataset.sizeBytes - offsetBytes), flags });

    await using held = await openContent(parts, found, Number(offsetBytes));
    yield { payload: { $case: 'header', value: headerOf(found) } };
    for await (const value of held.bytes) yield { payload: { $case: 'chunk', value } };
  };
}

const headerOf = ({ dataset, content }: StoredDataset): DownloadHeader => ({
  dataset,
  format: dataset.format,
  sizeBytes: dataset.sizeBytes,
  sha256: dataset.sha256,
  // The content's id and not the dataset's etag: what is said about a dataset may change while it is downloaded.
  etag: content,
  maskedColumns: [],
});

const unsupported = (format: DataFormat, { dataset }: StoredDataset) =>
  reason('FORMAT_UNSUPPORTED', {
    what: `a download of ${dataset.name}`,
    format: formatLabel(format),
    supported: formatLabel(dataset.format),
  });
