import type { Database } from '@weir/database';
import { cryptoKeyName } from '../domain/crypto/crypto-key.ts';
import type { Schema } from './schema.ts';
import type { SystemFactsStore } from './system-facts-store.ts';

/** The facts in PostgreSQL. */
export const postgresSystemFactsStore = (database: Database<Schema>): SystemFactsStore => ({
  keys: (scope, tenant) =>
    database.within(scope, async (tx) => {
      const rows = await tx
        .selectFrom('crypto_keys as k')
        .innerJoin('crypto_key_versions as v', (join) =>
          join
            .onRef('v.tenant', '=', 'k.tenant')
            .onRef('v.key', '=', 'k.id')
            .onRef('v.version', '=', 'k.primary_version'),
        )
        .select(['k.id', 'k.primary_version', 'v.created_at'])
        .where('k.tenant', '=', tenant)
        .where('k.destroyed_at', 'is', null)
        .orderBy('k.id')
        .execute();
      return rows.map(({ id, primary_version, created_at }) => ({
        name: cryptoKeyName({ tenant, id }),
        primaryVersion: primary_version,
        since: created_at,
      }));
    }),
});
