import { backgroundEvent, type AuditJournal } from '@weir/audit-outbox';
import { platformScope, tenantScope } from '@weir/context';
import { Sensitivity } from '@weir/contracts/options';
import type { Database } from '@weir/database';
import { cryptoKeyName, rotatesAt } from '../domain/crypto/crypto-key.ts';
import type { CryptoKeyStore } from '../store/crypto-key-store.ts';
import type { Schema } from '../store/schema.ts';
import { rotateKeyVersion } from './key-versions.ts';
import type { MasterKey } from './master-key.ts';

/** What is needed to rotate keys that nobody asks to rotate. */
export interface DueKeyParts {
  readonly database: Database<Schema>;
  readonly journal: Pick<AuditJournal, 'append' | 'wake'>;
  readonly cryptoKeys: CryptoKeyStore;
  readonly master: MasterKey;
}

/** Rotates every key whose primary version is older than the key allows, each with its event. */
export async function rotateDueKeys({ database, journal, cryptoKeys, master }: DueKeyParts): Promise<void> {
  for (const key of await cryptoKeys.due(platformScope())) {
    const scope = tenantScope(key.tenant);
    await database.transaction(scope, async (tx) => {
      const locked = await cryptoKeys.lock(scope, key);
      // Another replica may have been faster.
      const dueAt = locked && rotatesAt(locked);
      if (!locked || !dueAt || dueAt > new Date()) return;
      const { primaryVersion } = await rotateKeyVersion(cryptoKeys, master, scope, locked);
      const event = backgroundEvent('security', {
        type: 'rotate_key',
        tenant: `tenants/${key.tenant}`,
        resource: cryptoKeyName(key),
        sensitivity: Sensitivity.CRITICAL,
        details: { version: primaryVersion, due_at: dueAt.toISOString() },
      });
      await journal.append(tx, event);
    });
  }
  journal.wake();
}
