import { tenantScope } from '@weir/context';
import { randomUUID } from 'node:crypto';
import { storageExhausted } from '../domain/tenant.ts';
import type { ContentStore } from '../store/content-store.ts';
import type { DatasetFiles, FileWriter } from './dataset-files.ts';
import type { Leftovers } from './leftovers.ts';

/** A content that arrives: its bytes count against the quota before they are written. */
export interface IncomingContent extends AsyncDisposable {
  readonly id: string;
  readonly size: bigint;
  /** Claims quota for so many bytes in all. Throws STORAGE_EXHAUSTED. */
  claim(bytes: bigint): Promise<void>;
  write(chunk: Uint8Array): Promise<void>;
  /** Flushes the file, and counts exactly what it has. */
  finish(): Promise<{ sizeBytes: bigint; sha256: string }>;
  /** Says that a dataset is made of it: disposing leaves it alone from now on. */
  published(): void;
}

/** What it takes to take bytes in. */
export interface IncomingParts {
  readonly contents: ContentStore;
  readonly files: DatasetFiles;
  readonly leftovers: Leftovers;
}

const STEP_BYTES = 8n * 1024n * 1024n;

/** Begins a content. Disposed before it was published it leaves no file and no quota behind. */
export async function beginContent(
  { contents, files, leftovers }: IncomingParts,
  tenant: string,
  limit: bigint | undefined,
): Promise<IncomingContent> {
  const id = randomUUID();
  // A scope of its own: what was begun is cleaned up also when the call is long gone.
  const scope = tenantScope(tenant);
  await contents.begin(scope, tenant, id);
  let counted = 0n;
  let isPublished = false;
  let file: FileWriter | undefined;

  const tryCount = async (bytes: bigint): Promise<boolean> => {
    const fits = await contents.count(scope, id, bytes, limit);
    if (fits) counted = bytes;
    return fits;
  };
  const claim = async (bytes: bigint): Promise<void> => {
    if (bytes <= counted || (await tryCount(bytes))) return;
    const used = await contents.used(scope, tenant);
    throw storageExhausted(`tenants/${tenant}`, used - counted + bytes, limit ?? 0n);
  };

  return {
    id,
    get size() {
      return file?.size ?? 0n;
    },
    claim,
    async write(chunk) {
      file ??= await files.create(tenant, id);
      const needed = file.size + BigInt(chunk.length);
      // In steps, so that not every chunk costs a transaction; exactly where a step would not fit.
      if (needed > counted && !(await tryCount(needed + STEP_BYTES))) await claim(needed);
      await file.write(chunk);
    },
    async finish() {
      file ??= await files.create(tenant, id);
      const written = await file.finish();
      await tryCount(written.sizeBytes);
      return written;
    },
    published() {
      isPublished = true;
    },
    async [Symbol.asyncDispose]() {
      await file?.[Symbol.asyncDispose]();
      if (isPublished) return;
      await leftovers.drop(tenant, [id]);
    },
  };
}
