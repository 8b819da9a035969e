import { tenantScope, type Scope } from '@weir/context';
import { randomUUID } from 'node:crypto';
import { storageExhausted } from '../domain/tenant.ts';
import type { ContentCipher, ContentSeal } from '../encryption/content-cipher.ts';
import type { ContentStore } from '../store/content-store.ts';
import type { DatasetFiles, FileWriter } from './dataset-files.ts';
import type { Leftovers } from './leftovers.ts';

/** A content that arrives: its bytes count against the quota before they are written. */
export interface IncomingContent extends AsyncDisposable {
  readonly id: string;
  readonly size: bigint;
  /** What encrypts it at rest; undefined: nothing does. */
  readonly seal: ContentSeal | undefined;
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
  readonly cipher: ContentCipher;
}

const STEP_BYTES = 8n * 1024n * 1024n;

/** Begins a content, encrypted at rest or not. Disposed before it was published it leaves no file and no quota behind. */
export async function beginContent(
  parts: IncomingParts,
  tenant: string,
  limit: bigint | undefined,
  isSealed: boolean,
): Promise<IncomingContent> {
  const content = new Incoming(parts, tenant, limit);
  await content.begin(isSealed);
  return content;
}

class Incoming implements IncomingContent {
  readonly id = randomUUID();
  readonly #parts: IncomingParts;
  readonly #tenant: string;
  readonly #limit: bigint | undefined;
  // A scope of its own: what was begun is cleaned up also when the call is long gone.
  readonly #scope: Scope;
  seal: ContentSeal | undefined;
  #counted = 0n;
  #isPublished = false;
  #file: FileWriter | undefined;

  constructor(parts: IncomingParts, tenant: string, limit: bigint | undefined) {
    this.#parts = parts;
    this.#tenant = tenant;
    this.#limit = limit;
    this.#scope = tenantScope(tenant);
  }

  get size(): bigint {
    return this.#file?.size ?? 0n;
  }

  async begin(isSealed: boolean): Promise<void> {
    await this.#parts.contents.begin(this.#scope, this.#tenant, this.id);
    if (!isSealed) return;
    try {
      this.seal = await this.#parts.cipher.begin(this.#tenant, this.id);
    } catch (error) {
      await this[Symbol.asyncDispose]();
      throw error;
    }
  }

  async claim(bytes: bigint): Promise<void> {
    if (bytes <= this.#counted || (await this.#tryCount(bytes))) return;
    const used = await this.#parts.contents.used(this.#scope, this.#tenant);
    throw storageExhausted(`tenants/${this.#tenant}`, used - this.#counted + bytes, this.#limit ?? 0n);
  }

  async write(chunk: Uint8Array): Promise<void> {
    const file = await this.#open();
    const needed = file.size + BigInt(chunk.length);
    // In steps, so that not every chunk costs a transaction; exactly where a step would not fit.
    if (needed > this.#counted && !(await this.#tryCount(needed + STEP_BYTES))) await this.claim(needed);
    await file.write(chunk);
  }

  async finish(): Promise<{ sizeBytes: bigint; sha256: string }> {
    const written = await (await this.#open()).finish();
    await this.#tryCount(written.sizeBytes);
    return written;
  }

  published(): void {
    this.#isPublished = true;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file?.[Symbol.asyncDispose]();
    if (!this.#isPublished) await this.#parts.leftovers.drop(this.#tenant, [this.id]);
  }

  async #open(): Promise<FileWriter> {
    this.#file ??= await this.#parts.files.create(this.#tenant, this.id, this.seal?.key);
    return this.#file;
  }

  async #tryCount(bytes: bigint): Promise<boolean> {
    const fits = await this.#parts.contents.count(this.#scope, this.id, bytes, this.#limit);
    if (fits) this.#counted = bytes;
    return fits;
  }
}
