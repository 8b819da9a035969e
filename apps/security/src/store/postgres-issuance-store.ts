import type { Database } from '@weir/database';
import { sql } from 'kysely';
import type { IssuanceStore } from './issuance-store.ts';
import { recordOf } from './postgres-principal-store.ts';
import type { Schema } from './schema.ts';

/** Issuance terms in PostgreSQL. */
export function postgresIssuanceStore(database: Database<Schema>): IssuanceStore {
  return {
    terms: (scope, principals) =>
      database.within(scope, async (tx) => {
        const rows = await tx
          .selectFrom('principals as p')
          .innerJoin('token_tenants as t', 't.tenant', 'p.tenant')
          .selectAll('p')
          .select([
            sql<Date | null>`greatest(p.tokens_valid_from, t.tokens_valid_from)`.as('valid_from'),
            sql<Date>`clock_timestamp()`.as('now'),
            sql<bigint>`(select keys_revision from token_head)`.as('keys_revision'),
          ])
          .where((eb) =>
            eb.or(principals.map(({ tenant, id }) => eb.and([eb('p.tenant', '=', tenant), eb('p.id', '=', id)]))),
          )
          .orderBy('p.tenant')
          .orderBy('p.id')
          .forShare()
          .execute();
        const found = rows.map((row) => ({ ...recordOf(row), tokensValidFrom: row.valid_from ?? undefined }));
        const { now = new Date(), keys_revision: keysRevision = 0n } = rows[0] ?? {};
        return { now, keysRevision, principals: found };
      }),
  };
}
