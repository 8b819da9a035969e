import type { PreviewDatasetRequest, PreviewDatasetResponse } from '@weir/contracts/agent';
import { invalid, reason } from '@weir/errors';
import { childName, parse, text, type Unary } from '@weir/rpc';
import { z } from 'zod';
import type { AccessDecisions } from '../access/access-decisions.ts';
import { checkReadAccess } from '../access/read-access.ts';
import { withContent } from '../datasets/held-content.ts';
import type { DatasetReader } from '../datasets/dataset-reader.ts';
import type { Masker } from '../datasets/masker.ts';
import type { DatasetFiles } from '../datasets/dataset-files.ts';
import type { ContentCipher } from '../encryption/content-cipher.ts';
import { isAnonymizationOwed } from '../domain/obligations.ts';
import type { StoredDataset } from '../domain/dataset.ts';
import type { ContentStore } from '../store/content-store.ts';
import type { DatasetStore } from '../store/dataset-store.ts';

const Request = z.object({
  name: childName('datasets'),
  maxRows: z
    .number()
    .min(0, 'must not be negative')
    .max(1000, 'must be at most 1000')
    .transform((rows) => (rows === 0 ? 20 : rows)),
  columns: z.array(text(1, 255)).max(4096, 'must have at most 4096 entries'),
});

/** What the handler works with. */
export interface PreviewDatasetParts {
  readonly datasets: DatasetStore;
  readonly contents: ContentStore;
  readonly files: DatasetFiles;
  readonly cipher: ContentCipher;
  readonly reader: DatasetReader;
  readonly masker: Masker;
  readonly decisions: AccessDecisions;
}

/** Returns the first rows of a dataset, anonymised where the decision says so. */
export function previewDataset(parts: PreviewDatasetParts): Unary<PreviewDatasetRequest, PreviewDatasetResponse> {
  return async (request, context) => {
    const { name, maxRows, columns } = parse(Request, request);
    const found = await parts.datasets.find(context.scope, name);
    if (!found) throw reason('DATASET_NOT_FOUND', { name }, { resource: { type: 'Dataset', name } });
    const owed = await checkReadAccess(parts.decisions, 'preview_dataset', found, context);
    checkColumns(found, columns);

    const isMasked = isAnonymizationOwed(owed);
    const preview = await withContent(parts, found, '', (source) =>
      isMasked
        ? parts.masker.preview(found, source, { columns, maxRows }, owed, context.signal)
        : parts.reader.preview(source, columns, maxRows, context.signal),
    );

    const { rows, columns: shown } = preview;
    context.audit({ dataset: name, details: { rows: rows.length, columns: shown.length, masked: isMasked } });
    return { ...preview, rowCount: found.dataset.rowCount };
  };
}

function checkColumns({ dataset }: StoredDataset, wanted: readonly string[]): void {
  const known = new Set(dataset.columns.map(({ name }) => name));
  const violations = wanted.flatMap((name, index) =>
    known.has(name) ? [] : [{ field: `columns[${index}]`, description: 'is not a column of the dataset' }],
  );
  if (violations.length > 0) throw invalid(violations);
}
