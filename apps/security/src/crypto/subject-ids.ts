import { createHmac, randomBytes } from 'node:crypto';
import { NO_SUBJECT } from '../domain/crypto/envelope.ts';
import { remembered } from '../domain/remembered.ts';
import type { MasterKey } from '../keys/master-key.ts';
import type { KeyMaterialStore } from '../store/key-material-store.ts';

/** The 16 bytes that stand for a person of a tenant, or for nobody (""). */
export type SubjectIds = (tenant: string, subject: string) => Promise<Buffer>;

const MAX_SALTS = 10_000;
const ID_BYTES = 16;

/** HMAC-SHA-256 under a salt of the tenant's own, which is kept encrypted. */
export function subjectIds(store: KeyMaterialStore, master: MasterKey): SubjectIds {
  async function readSalt(tenant: string): Promise<Buffer> {
    const context = `weir subject salt tenants/${tenant}`;
    const made = { material: master.seal(randomBytes(32), context), masterKey: master.fingerprint };
    return master.open(await store.salt(tenant, made), context);
  }

  const saltOf = remembered(readSalt, { max: MAX_SALTS });

  return async (tenant, subject) => {
    if (subject === '') return NO_SUBJECT;
    return createHmac('sha256', await saltOf(tenant))
      .update(subject)
      .digest()
      .subarray(0, ID_BYTES);
  };
}
