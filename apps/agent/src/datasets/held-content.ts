import { tenantScope } from '@weir/context';
import { reason } from '@weir/errors';
import { randomUUID } from 'node:crypto';
import type { StoredDataset } from '../domain/dataset.ts';
import type { ContentStore } from '../store/content-store.ts';
import type { DatasetFiles } from './dataset-files.ts';
import type { DataSource } from './dataset-reader.ts';

/** What it takes to hold a content. */
export interface HoldParts {
  readonly contents: ContentStore;
  readonly files: DatasetFiles;
}

/** A file that stays where it is until it is disposed. */
export interface HeldContent extends AsyncDisposable {
  readonly source: DataSource;
}

/**
 * Keeps the content of a dataset as it is, whatever becomes of the dataset meanwhile. `reader` says who reads it to
 * those who want to delete it; empty for what need not stop them. Throws DATASET_NOT_FOUND when it is gone.
 */
export async function holdContent(
  parts: HoldParts,
  { dataset, content }: StoredDataset,
  reader: string,
): Promise<HeldContent> {
  const { name, format, csv } = dataset;
  const [, tenant = ''] = name.split('/');
  // A scope of its own: what is held is let go also when the call is long gone.
  const scope = tenantScope(tenant);
  const id = randomUUID();
  if (!(await parts.contents.hold(scope, content, id, reader))) throw reason('DATASET_NOT_FOUND', { name });
  return {
    source: { path: parts.files.pathOf(tenant, content, format), format, csv },
    // If this fails, the content is let go when this process is.
    [Symbol.asyncDispose]: () => parts.contents.release(scope, id).catch(() => undefined),
  };
}

/** Runs `work` on a content that is held meanwhile. */
export async function withContent<T>(
  parts: HoldParts,
  dataset: StoredDataset,
  reader: string,
  work: (source: DataSource) => Promise<T>,
): Promise<T> {
  await using held = await holdContent(parts, dataset, reader);
  return await work(held.source);
}
