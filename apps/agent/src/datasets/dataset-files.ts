import type { DataFormat } from '@weir/contracts/registry';
import { createHash } from 'node:crypto';
import { createReadStream, type ReadStream } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { extensionOf, FILE_EXTENSIONS } from '../domain/data-formats.ts';

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
  /** Begins a content; it must not be there yet. */
  create(tenant: string, content: string): Promise<FileWriter>;
  /** Makes a written content whole: from the arriving path to its own, surviving a crash of the machine. */
  settle(tenant: string, content: string, format: DataFormat): Promise<void>;
  /** Streams a whole content from an offset. The file stays readable even when it is removed meanwhile. */
  read(tenant: string, content: string, format: DataFormat, offset: number): ReadStream;
  /** Removes a content, wherever it stands. */
  remove(tenant: string, content: string): Promise<void>;
  /** SHA-256 of a file. */
  hash(path: string): Promise<string>;
  /** Why files cannot be written; undefined when they can, as far as the last attempt told. */
  problem(): string | undefined;
}

const CHUNK_BYTES = 1024 * 1024;

/** Files below `<stateDir>/data`. */
export function datasetFiles(stateDir: string): DatasetFiles {
  const root = resolve(stateDir, 'data', 'tenants');
  const folder = (tenant: string) => join(root, tenant, 'contents');
  const arriving = (tenant: string) => join(root, tenant, 'arriving');
  const arrivingPath = (tenant: string, content: string) => join(arriving(tenant), content);
  const pathOf = (tenant: string, content: string, format: DataFormat) =>
    join(folder(tenant), `${content}.${extensionOf(format)}`);
  let problem: string | undefined;
  const prepare = async (tenant: string) => {
    try {
      for (const path of [folder(tenant), arriving(tenant)]) await mkdir(path, { recursive: true, mode: 0o700 });
      problem = undefined;
    } catch (error) {
      problem = `the folder for datasets cannot be used: ${error instanceof Error ? error.message : String(error)}`;
      throw error;
    }
  };

  return {
    pathOf,
    arrivingPath,
    prepare,
    async create(tenant, content) {
      await prepare(tenant);
      return writer(arrivingPath(tenant, content));
    },
    async settle(tenant, content, format) {
      const from = arrivingPath(tenant, content);
      const to = pathOf(tenant, content, format);
      await sync(from);
      await rename(from, to);
      await sync(dirname(to));
    },
    read: (tenant, content, format, start) =>
      createReadStream(pathOf(tenant, content, format), { start, highWaterMark: CHUNK_BYTES }),
    async remove(tenant, content) {
      await rm(arrivingPath(tenant, content), { force: true });
      for (const extension of FILE_EXTENSIONS)
        await rm(join(folder(tenant), `${content}.${extension}`), { force: true });
    },
    async hash(path) {
      const hash = createHash('sha256');
      await pipeline(createReadStream(path, { highWaterMark: CHUNK_BYTES }), hash);
      return hash.digest('hex');
    },
    problem: () => problem,
  };
}

async function writer(path: string): Promise<FileWriter> {
  const file = await open(path, 'wx', 0o600);
  const hash = createHash('sha256');
  let size = 0n;
  return {
    get size() {
      return size;
    },
    async write(chunk) {
      hash.update(chunk);
      size += BigInt(chunk.length);
      for (let offset = 0; offset < chunk.length;) {
        offset += (await file.write(chunk, offset)).bytesWritten;
      }
    },
    async finish() {
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
