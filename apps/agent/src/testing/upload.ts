import type { Client } from '@weir/client';
import type { DeepPartial } from '@weir/contracts';
import type { Dataset, DatasetServiceDefinition, DatasetTarget, UploadMetadata } from '@weir/contracts/agent';
import { Clearance, DataFormat } from '@weir/contracts/registry';

/** What a test wants different about an upload. */
export interface UploadOptions extends DeepPartial<DatasetTarget> {
  readonly metadata?: DeepPartial<UploadMetadata>;
  readonly chunkBytes?: number;
}

/** Uploads bytes as a dataset of acme. */
export async function upload(
  client: Client<typeof DatasetServiceDefinition>,
  datasetId: string,
  bytes: Buffer,
  { metadata, chunkBytes = 65_536, ...target }: UploadOptions = {},
): Promise<Dataset> {
  const wanted = { format: DataFormat.NDJSON, classification: Clearance.INTERNAL, ...target, datasetId };
  const { dataset } = await client.uploadDataset(messages(bytes, chunkBytes, { ...metadata, target: wanted }));
  if (!dataset) throw new Error('the upload answered without a dataset');
  return dataset;
}

/** The messages of an upload: metadata first, then chunks. */
export async function* messages(bytes: Buffer, chunkBytes: number, metadata: DeepPartial<UploadMetadata>) {
  yield { parent: 'tenants/acme', payload: { $case: 'metadata' as const, value: metadata } };
  for (let offset = 0; offset < bytes.length; offset += chunkBytes) {
    yield { payload: { $case: 'chunk' as const, value: bytes.subarray(offset, offset + chunkBytes) } };
  }
}

/** All messages of a stream. */
export async function all<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of stream) items.push(item);
  return items;
}
