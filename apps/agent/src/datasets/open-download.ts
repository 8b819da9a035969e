import type { DownloadHeader } from '@weir/contracts/agent';
import type { Obligation } from '@weir/contracts/security';
import { reason } from '@weir/errors';
import { createReadStream } from 'node:fs';
import type { StoredDataset } from '../domain/dataset.ts';
import { isAnonymizationOwed } from '../domain/obligations.ts';
import { withContent, type HoldParts } from './held-content.ts';
import type { MaskedCopy, Masker } from './masker.ts';
import { CHUNK_BYTES, openContent } from './open-content.ts';

/** What it takes to hand out datasets. */
export interface DownloadParts extends HoldParts {
  readonly masker: Masker;
}

/** Where a download begins, and of what. */
export interface DownloadPlace {
  readonly offsetBytes: bigint;
  /** What a resume brings back; empty: whatever is current. */
  readonly etag: string;
}

/** What is handed out, until it is disposed. */
export interface Download extends AsyncDisposable {
  readonly header: DownloadHeader;
  readonly bytes: AsyncIterable<Buffer>;
}

/** Opens a dataset as the caller may have it. Throws ETAG_MISMATCH and OFFSET_OUT_OF_RANGE. */
export async function openDownload(
  parts: DownloadParts,
  stored: StoredDataset,
  owed: readonly Obligation[],
  place: DownloadPlace,
  signal: AbortSignal,
): Promise<Download> {
  if (isAnonymizationOwed(owed)) return maskedDownload(parts, stored, owed, place, signal);
  const header = headerOf(stored);
  checkPlace(stored, header, place);
  const { bytes, [Symbol.asyncDispose]: dispose } = await openContent(parts, stored, Number(place.offsetBytes));
  return { header, bytes, [Symbol.asyncDispose]: dispose };
}

async function maskedDownload(
  parts: DownloadParts,
  stored: StoredDataset,
  owed: readonly Obligation[],
  place: DownloadPlace,
  signal: AbortSignal,
): Promise<Download> {
  await using opening = new AsyncDisposableStack();
  const copy = opening.use(
    await withContent(parts, stored, '', (source) => parts.masker.copy(stored, source, owed, signal)),
  );
  const header = maskedHeader(stored, copy);
  checkPlace(stored, header, place);
  const start = Number(place.offsetBytes);
  const bytes = createReadStream(copy.source.path, { start, highWaterMark: CHUNK_BYTES }) as AsyncIterable<Buffer>;
  const opened = opening.move();
  return { header, bytes, [Symbol.asyncDispose]: () => opened.disposeAsync() };
}

function checkPlace({ dataset: { name } }: StoredDataset, header: DownloadHeader, place: DownloadPlace): void {
  const { offsetBytes, etag } = place;
  if (etag !== '' && etag !== header.etag) throw reason('ETAG_MISMATCH', { name, etag });
  if (offsetBytes <= header.sizeBytes) return;
  throw reason('OFFSET_OUT_OF_RANGE', { offset: offsetBytes, size: header.sizeBytes });
}

const headerOf = ({ dataset, content }: StoredDataset): DownloadHeader => ({
  dataset,
  format: dataset.format,
  sizeBytes: dataset.sizeBytes,
  sha256: dataset.sha256,
  // The content's id and not the dataset's etag: what is said about a dataset may change while it is downloaded.
  etag: content,
  maskedColumns: [],
  columns: dataset.columns,
  csv: dataset.csv,
});

// As much of the copy's hash as an etag has room for beside the content's id.
const ETAG_HASH_CHARACTERS = 24;

/** Another copy, because rules have changed meanwhile, has another etag. */
function maskedHeader({ dataset, content }: StoredDataset, copy: MaskedCopy): DownloadHeader {
  const { columns, sizeBytes, sha256, source } = copy;
  const unchanged = new Set(columns.filter(({ masked }) => !masked).map(({ name }) => name));
  return {
    dataset,
    format: source.format,
    sizeBytes,
    sha256,
    etag: `${content}.${sha256.slice(0, ETAG_HASH_CHARACTERS)}`,
    maskedColumns: dataset.columns.map(({ name }) => name).filter((name) => !unchanged.has(name)),
    columns,
    csv: source.csv,
  };
}
