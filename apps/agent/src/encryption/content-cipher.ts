import { tenantScope } from '@weir/context';
import { reason } from '@weir/errors';
import { idIn } from '@weir/rpc';
import { join } from 'node:path';
import type { StoredDataset } from '../domain/dataset.ts';
import type { PlainArea, PlainFolder } from '../plaintext/plain-area.ts';
import type { DataKeyStore } from '../store/data-key-store.ts';
import { keyVersionName, type DataKeys } from './data-keys.ts';
import { contentKey, type ContentKey } from './sealed-chunks.ts';
import { unsealTo } from './sealed-file.ts';

/** What encrypts a content that arrives. */
export interface ContentSeal {
  readonly key: ContentKey;
  /** "tenants/acme/keys/default/versions/1" */
  readonly keyVersion: string;
}

/** A file in plain text that is gone once it is disposed. */
export interface PlainFile extends AsyncDisposable {
  readonly path: string;
}

/** Encrypts contents at rest, each under a data key of its own. */
export interface ContentCipher {
  /** Makes the key of a content that arrives, and keeps it with it, wrapped. */
  begin(tenant: string, content: string): Promise<ContentSeal>;
  /** The key of an encrypted dataset. DATASET_KEY_LOST when nothing decrypts it any more. */
  keyOf(stored: StoredDataset): Promise<ContentKey>;
  /** Decrypts a file to where plain text may be. DATASET_CORRUPT; PLAINTEXT_SPACE_EXHAUSTED. */
  unseal(name: string, path: string, key: ContentKey): Promise<PlainFile>;
}

/** What it takes to encrypt contents. */
export interface CipherParts {
  readonly dataKeys: DataKeys;
  readonly datasetKeys: DataKeyStore;
  readonly plain: PlainArea;
}

/** Keeps wrapped keys beside the contents; what unwraps them stays with security. */
export const contentCipher = ({ dataKeys, datasetKeys, plain }: CipherParts): ContentCipher => ({
  async begin(tenant, content) {
    const { plaintext, wrapped } = await dataKeys.make(tenant, content);
    await datasetKeys.keep(tenantScope(tenant), content, wrapped);
    return { key: contentKey(plaintext, content), keyVersion: keyVersionName(wrapped) };
  },
  async keyOf({ dataset, content }) {
    const { name, keyVersion: key } = dataset;
    const wrapped = await datasetKeys.find(tenantScope(idIn(name, 'tenants')), content);
    if (!wrapped) throw reason('DATASET_NOT_FOUND', { name }, { resource: { type: 'Dataset', name } });
    const dataKey = await dataKeys.open(content, wrapped);
    if (!dataKey) throw reason('DATASET_KEY_LOST', { name, key });
    return contentKey(dataKey, content);
  },
  async unseal(name, path, key) {
    const folder = await plain.open();
    const file = join(folder.path, 'data');
    await unsealTo(path, key, file).catch((error: unknown) => giveUp(folder, name, error));
    return { path: file, [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() };
  },
});

async function giveUp(folder: PlainFolder, name: string, cause: unknown): Promise<never> {
  await folder[Symbol.asyncDispose]();
  throw sealedFileProblem(name, cause);
}

/** What callers are told when a sealed file cannot be read. */
export function sealedFileProblem(name: string, cause: unknown): unknown {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  if (code === 'ENOSPC') return reason('PLAINTEXT_SPACE_EXHAUSTED', { name }, { cause, retryAfterMs: 5_000 });
  // What OpenSSL says of a tag that does not fit has no code, or one of its own; other codes are those of files.
  const isFile = typeof code === 'string' && /^E[A-Z]+$/.test(code);
  return isFile ? cause : reason('DATASET_CORRUPT', { name }, { cause });
}
