import type { UploadDatasetRequest, UploadMetadata } from '@weir/contracts/agent';
import { reason } from '@weir/errors';

/** An upload whose first message was read. */
export interface OpenedUpload {
  readonly first: { readonly parent: string; readonly metadata: UploadMetadata };
  /** The bytes of the file, in order. Throws UPLOAD_OUT_OF_ORDER for anything else. */
  readonly chunks: AsyncIterable<Uint8Array>;
}

const MAX_CHUNK_BYTES = 1024 * 1024;

/** Reads the metadata of an upload. Throws UPLOAD_OUT_OF_ORDER when the first message carries none. */
export async function openUpload(requests: AsyncIterable<UploadDatasetRequest>): Promise<OpenedUpload> {
  const messages = requests[Symbol.asyncIterator]();
  const first = await messages.next();
  const payload = first.done ? undefined : first.value.payload;
  if (first.done || payload?.$case !== 'metadata') throw outOfOrder('the first message carries no metadata');
  return { first: { parent: first.value.parent, metadata: payload.value }, chunks: chunksOf(messages) };
}

async function* chunksOf(messages: AsyncIterator<UploadDatasetRequest>): AsyncGenerator<Uint8Array> {
  try {
    for (let item = await messages.next(); !item.done; item = await messages.next()) yield chunkOf(item.value);
  } finally {
    await messages.return?.();
  }
}

function chunkOf({ payload }: UploadDatasetRequest): Uint8Array {
  if (payload?.$case === 'metadata') throw outOfOrder('the metadata came again');
  if (payload === undefined || payload.value.length === 0) throw outOfOrder('a message carries no bytes');
  if (payload.value.length > MAX_CHUNK_BYTES) throw outOfOrder(`a chunk has ${payload.value.length} bytes`);
  return payload.value;
}

const outOfOrder = (problem: string) => reason('UPLOAD_OUT_OF_ORDER', { problem });
