import { tenantScope } from '@weir/context';
import { reason } from '@weir/errors';
import { idIn } from '@weir/rpc';
import { randomUUID } from 'node:crypto';
import type { StoredDataset } from '../domain/dataset.ts';
import type { ContentCipher } from '../encryption/content-cipher.ts';
import type { ContentStore } from '../store/content-store.ts';
import type { DatasetFiles } from './dataset-files.ts';
import type { DataSource } from './dataset-reader.ts';

/** What it takes to hold a content. */
export interface HoldParts {
  readonly contents: ContentStore;
  readonly files: DatasetFiles;
  readonly cipher: ContentCipher;
}

/** A file that stays where it is until it is disposed. */
export interface HeldFile extends AsyncDisposable {
  readonly path: string;
}

/** A content that can be read, in plain text, until it is disposed. */
export interface HeldContent extends AsyncDisposable {
  readonly source: DataSource;
}

/**
 * Keeps the file of a dataset as it is, whatever becomes of the dataset meanwhile. `reader` says who reads it to those
 * who want to delete it; empty for what need not stop them. Throws DATASET_NOT_FOUND when it is gone.
 */
export async function holdFile(
  { contents, files }: HoldParts,
  { dataset, content }: StoredDataset,
  reader: string,
): Promise<HeldFile> {
  const { name, format } = dataset;
  const tenant = idIn(name, 'tenants');
  // A scope of its own: what is held is let go also when the call is long gone.
  const scope = tenantScope(tenant);
  const id = randomUUID();
  if (!(await contents.hold(scope, content, id, reader))) throw reason('DATASET_NOT_FOUND', { name });
  return {
    path: files.pathOf(tenant, content, format),
    // If this fails, the content is let go when this process is.
    [Symbol.asyncDispose]: () => contents.release(scope, id).catch(() => undefined),
  };
}

/** The same for a content that is to be read by its path: where it is encrypted at rest, it is decrypted meanwhile. */
export async function holdContent(parts: HoldParts, stored: StoredDataset, reader: string): Promise<HeldContent> {
  const { name, format, csv, keyVersion } = stored.dataset;
  await using holding = new AsyncDisposableStack();
  const file = holding.use(await holdFile(parts, stored, reader));
  const { cipher } = parts;
  const plain =
    keyVersion === '' ? file : holding.use(await cipher.unseal(name, file.path, await cipher.keyOf(stored)));
  const held = holding.move();
  return { source: { path: plain.path, format, csv }, [Symbol.asyncDispose]: () => held.disposeAsync() };
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
