import { tenantScope } from '@weir/context';
import type { Database } from '@weir/database';
import { LRUCache } from 'lru-cache';
import { randomBytes } from 'node:crypto';
import type { AccessParts } from '../access/access-parts.ts';
import type { CryptoParts } from '../crypto/crypto-parts.ts';
import type { MasterKey } from '../keys/master-key.ts';
import { postgresPseudonymStore } from '../store/postgres-pseudonym-store.ts';
import { postgresTokenRewrapStore } from '../store/postgres-token-rewrap-store.ts';
import type { PseudonymStore } from '../store/pseudonym-store.ts';
import type { Schema } from '../store/schema.ts';
import type { ScanPool } from './scan-pool.ts';
import { tenantPrivacy, type TenantPrivacyOf } from './tenant-privacy.ts';
import { tokenRewrap, type TokenRewrap } from './token-rewrap.ts';
import { tokenVault, type TokenVault } from './token-vault.ts';

/** What PrivacyService is made of. */
export interface PrivacyParts {
  readonly privacyOf: TenantPrivacyOf;
  /** What a tenant's pseudonyms are keyed with. */
  readonly pseudonymKeyOf: (tenant: string) => Promise<Uint8Array>;
  readonly vault: TokenVault;
  readonly rewrapTokens: TokenRewrap;
  readonly scans: ScanPool;
}

const TENANTS = 1_000;
const KEY_BYTES = 32;

/** Puts them together. */
export function buildPrivacy(
  database: Database<Schema>,
  access: AccessParts,
  crypto: CryptoParts,
  scans: ScanPool,
): PrivacyParts {
  const store = postgresPseudonymStore(database);
  return {
    privacyOf: tenantPrivacy(access),
    pseudonymKeyOf: pseudonymKeys(store, crypto.master),
    vault: tokenVault({ ...crypto, store }),
    rewrapTokens: tokenRewrap({ ...crypto, store: postgresTokenRewrapStore(database) }),
    scans,
  };
}

/** What a tenant's pseudonyms are keyed with is made when it is first needed, and never changes. */
function pseudonymKeys(store: PseudonymStore, master: MasterKey): PrivacyParts['pseudonymKeyOf'] {
  const kept = new LRUCache<string, Uint8Array>({ max: TENANTS });
  const contextOf = (tenant: string): string => `weir pseudonym key ${tenant}`;
  return async (tenant) => {
    const known = kept.get(tenant);
    if (known) return known;
    const made = { material: master.seal(randomBytes(KEY_BYTES), contextOf(tenant)), masterKey: master.fingerprint };
    const { material } = await store.key(tenantScope(tenant), tenant, made);
    const opened = master.open(material, contextOf(tenant));
    kept.set(tenant, opened);
    return opened;
  };
}
