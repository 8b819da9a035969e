import { createHmac, randomBytes } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { NO_SUBJECT } from '../domain/crypto/envelope.ts';
import type { MasterKey } from '../keys/master-key.ts';
import type { KeyMaterialStore } from '../store/key-material-store.ts';

/** The 16 bytes that stand for a person of a tenant, or for nobody (""). */
export type SubjectIds = (tenant: string, subject: string) => Promise<Buffer>;

const MAX_SALTS = 10_000;
const ID_BYTES = 16;

/** HMAC-SHA-256 under a salt of the tenant's own, which is kept encrypted. */
export function subjectIds(store: KeyMaterialStore, master: MasterKey): SubjectIds {
  const salts = new LRUCache<string, Promise<Buffer>>({ max: MAX_SALTS });

  async function readSalt(tenant: string): Promise<Buffer> {
    const context = `weir subject salt tenants/${tenant}`;
    const made = { material: master.seal(randomBytes(32), context), masterKey: master.fingerprint };
    return master.open(await store.salt(tenant, made), context);
  }

  function saltOf(tenant: string): Promise<Buffer> {
    const known = salts.get(tenant);
    if (known) return known;
    const read = readSalt(tenant);
    salts.set(tenant, read);
    read.catch(() => salts.delete(tenant));
    return read;
  }

  return async (tenant, subject) => {
    if (subject === '') return NO_SUBJECT;
    return createHmac('sha256', await saltOf(tenant))
      .update(subject)
      .digest()
      .subarray(0, ID_BYTES);
  };
}
