import type { CallContext } from '@weir/context';
import { Dataset, type DatasetTarget } from '@weir/contracts/agent';
import type { CsvOptions } from '@weir/contracts/registry';
import { reason } from '@weir/errors';
import type { AccessDecisions } from '../access/access-decisions.ts';
import { checkWriteAccess } from '../access/write-access.ts';
import { datasetName } from '../domain/dataset.ts';
import { expiryOwed, isEncryptionOwed } from '../domain/obligations.ts';
import { formatLabel, sniffProblem } from '../domain/data-formats.ts';
import { checkActive, storageLimit } from '../domain/tenant.ts';
import type { Tenants } from '../registry/tenants.ts';
import type { DatasetStore } from '../store/dataset-store.ts';
import type { DatasetReader } from './dataset-reader.ts';
import { beginContent, type IncomingContent, type IncomingParts } from './incoming-content.ts';

/** What an upload declares. */
export interface Upload {
  readonly tenant: string;
  readonly target: DatasetTarget;
  readonly csv: CsvOptions | undefined;
  /** 0: not known. */
  readonly sizeBytes: bigint;
  /** Empty: not checked. */
  readonly sha256: string;
}

/** What it takes to receive one. */
export interface UploadParts extends IncomingParts {
  readonly datasets: DatasetStore;
  readonly reader: DatasetReader;
  readonly tenants: Tenants;
  readonly decisions: AccessDecisions;
}

/** Takes the bytes of an upload and, once they are whole and readable, hands them to `publish`. */
export async function receiveUpload(
  parts: UploadParts,
  upload: Upload,
  chunks: AsyncIterable<Uint8Array>,
  context: CallContext,
  publish: (dataset: Dataset, content: string) => Promise<Dataset>,
): Promise<Dataset> {
  const { tenant, target, csv } = upload;
  const name = datasetName(tenant, target.datasetId);
  const owner = await parts.tenants.get(`tenants/${tenant}`);
  checkActive(owner);
  const owed = await checkWriteAccess(parts.decisions, { name, ...target }, context);
  await parts.datasets.checkPut(context.scope, name, target);

  await using content = await beginContent(parts, tenant, storageLimit(owner), isEncryptionOwed(owed));
  if (upload.sizeBytes > 0n) await content.claim(upload.sizeBytes);
  await takeIn(content, upload, chunks);
  const written = await content.finish();
  checkDeclared(upload, written);
  const shape = await shapeOf(parts, upload, content, context.signal);
  context.signal.throwIfAborted();
  await parts.files.settle(tenant, content.id, target.format);
  const dataset = await publish(
    Dataset.fromPartial({
      ...about(target),
      ...written,
      ...shape,
      expiresAt: expiryOwed(owed, about(target).expiresAt, Date.now()),
      name,
      csv,
      keyVersion: content.seal?.keyVersion ?? '',
      createdBy: context.principal?.subject ?? '',
    }),
    content.id,
  );
  content.published();
  return dataset;
}

/** Columns and rows of what has arrived; what is encrypted is read where plain text may be. */
async function shapeOf(parts: UploadParts, upload: Upload, { id, seal }: IncomingContent, signal: AbortSignal) {
  const { tenant, target, csv } = upload;
  const path = parts.files.arrivingPath(tenant, id);
  const { format } = target;
  if (!seal) return parts.reader.describe({ path, format, csv }, signal);
  await using plain = await parts.cipher.unseal(datasetName(tenant, target.datasetId), path, seal.key);
  return await parts.reader.describe({ path: plain.path, format, csv }, signal);
}

/** What a target says of the dataset that it becomes. */
export const about = ({ displayName, format, classification, dataTypes, labels, ttl }: DatasetTarget) => ({
  displayName,
  format,
  classification,
  dataTypes,
  labels,
  expiresAt: ttl && new Date(Date.now() + Number(ttl.seconds) * 1000 + ttl.nanos / 1e6),
});

async function takeIn(content: IncomingContent, upload: Upload, chunks: AsyncIterable<Uint8Array>): Promise<void> {
  const { format } = upload.target;
  for await (const chunk of chunks) {
    const problem = content.size === 0n ? sniffProblem(format, chunk) : undefined;
    if (problem !== undefined) throw reason('DATASET_UNREADABLE', { format: formatLabel(format), problem });
    const size = content.size + BigInt(chunk.length);
    if (upload.sizeBytes > 0n && size > upload.sizeBytes) throw mismatch('size', `${size} or more`, upload.sizeBytes);
    await content.write(chunk);
  }
}

function checkDeclared(upload: Upload, written: { sizeBytes: bigint; sha256: string }): void {
  const { sizeBytes, sha256 } = upload;
  if (sizeBytes > 0n && sizeBytes !== written.sizeBytes) throw mismatch('size', written.sizeBytes, sizeBytes);
  if (sha256 !== '' && sha256.toLowerCase() !== written.sha256) throw mismatch('SHA-256', written.sha256, sha256);
}

const mismatch = (what: string, actual: string | bigint, declared: string | bigint) =>
  reason('CHECKSUM_MISMATCH', { what, actual, declared });
