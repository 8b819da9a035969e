import type { DataFormat } from '@weir/contracts/registry';
import { createHash } from 'node:crypto';
import { createReadStream, type ReadStream } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { extensionOf, FILE_EXTENSIONS } from '../domain/data-formats.ts';
import type { ContentKey } from '../encryption/sealed-chunks.ts';
import { chunkSealer, type ChunkSealer } from '../encryption/sealed-file.ts';

/** A file that is being written. */
export interface FileWriter extends AsyncDisposable {
  write(chunk: Uint8Array): Promise<void>;
  /** Bytes written so far. */
  readonly size: bigint;
  /** Flushes it to the disk and answers what was written. */
  finish(): Promise<{ sizeBytes: bigint; sha256: string }>;
}

/** Where the files of tenants are: one folder each, a file for each content, which never changes once it is there. */
export interface DatasetFiles {
  /** Where a content is once it is whole. */
  pathOf(tenant: string, content: string, format: DataFormat): string;
  /** Where a content is while it is written. */
  arrivingPath(tenant: string, content: string): string;
  /** Makes the folders of a tenant. */
  prepare(tenant: string): Promise<void>;
  /** Begins a content, encrypted under `key` where there is one; it must not be there yet. */
  create(tenant: string, content: string, key: ContentKey | undefined): Promise<FileWriter>;
  /** Makes a written content whole: from the arriving path to its own, surviving a crash of the machine. */
  settle(tenant: string, content: string, format: DataFormat): Promise<void>;
  /** Streams a whole content from an offset. The file stays readable even when it is removed meanwhile. */
  read(tenant: string, content: string, format: DataFormat, offset: number): ReadStream;
  /** Removes a content, wherever it stands. */
  remove(tenant: string, content: string): Promise<void>;
  /** Why files cannot be written; undefined when they can, as far as the last attempt told. */
  problem(): string | undefined;
}

const CHUNK_BYTES = 1024 * 1024;

/** Files below `<stateDir>/data`. */
export const datasetFiles = (stateDir: string): DatasetFiles => new Files(resolve(stateDir, 'data', 'tenants'));

class Files implements DatasetFiles {
  readonly #root: string;
  #problem: string | undefined;

  constructor(root: string) {
    this.#root = root;
  }

  pathOf(tenant: string, content: string, format: DataFormat): string {
    return join(this.#contents(tenant), `${content}.${extensionOf(format)}`);
  }

  arrivingPath(tenant: string, content: string): string {
    return join(this.#arriving(tenant), content);
  }

  problem(): string | undefined {
    return this.#problem;
  }

  async prepare(tenant: string): Promise<void> {
    try {
      for (const path of [this.#contents(tenant), this.#arriving(tenant)]) {
        await mkdir(path, { recursive: true, mode: 0o700 });
      }
      this.#problem = undefined;
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      this.#problem = `the folder for datasets cannot be used: ${why}`;
      throw error;
    }
  }

  async create(tenant: string, content: string, key: ContentKey | undefined): Promise<FileWriter> {
    await this.prepare(tenant);
    return writer(this.arrivingPath(tenant, content), key && chunkSealer(key));
  }

  async settle(tenant: string, content: string, format: DataFormat): Promise<void> {
    const from = this.arrivingPath(tenant, content);
    const to = this.pathOf(tenant, content, format);
    await sync(from);
    await rename(from, to);
    await sync(dirname(to));
  }

  read(tenant: string, content: string, format: DataFormat, start: number): ReadStream {
    return createReadStream(this.pathOf(tenant, content, format), { start, highWaterMark: CHUNK_BYTES });
  }

  async remove(tenant: string, content: string): Promise<void> {
    const whole = FILE_EXTENSIONS.map((extension) => join(this.#contents(tenant), `${content}.${extension}`));
    for (const path of [this.arrivingPath(tenant, content), ...whole]) await rm(path, { force: true });
  }

  #contents(tenant: string): string {
    return join(this.#root, tenant, 'contents');
  }

  #arriving(tenant: string): string {
    return join(this.#root, tenant, 'arriving');
  }
}

/** Size and hash are those of the plain text. */
async function writer(path: string, sealer: ChunkSealer | undefined): Promise<FileWriter> {
  const file = await open(path, 'wx', 0o600);
  const hash = createHash('sha256');
  let size = 0n;
  async function append(bytes: Uint8Array): Promise<void> {
    for (let offset = 0; offset < bytes.length;) offset += (await file.write(bytes, offset)).bytesWritten;
  }
  return {
    get size() {
      return size;
    },
    async write(chunk) {
      hash.update(chunk);
      size += BigInt(chunk.length);
      for (const bytes of sealer ? sealer.take(chunk) : [chunk]) await append(bytes);
    },
    async finish() {
      for (const bytes of sealer?.end() ?? []) await append(bytes);
      await file.sync();
      return { sizeBytes: size, sha256: hash.digest('hex') };
    },
    [Symbol.asyncDispose]: () => file.close(),
  };
}

async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
