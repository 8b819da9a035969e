import type { Database } from '@weir/database';
import { sql, type Selectable } from 'kysely';
import type { IssuanceStore } from './issuance-store.ts';
import { recordOf } from './postgres-principal-store.ts';
import type { Schema } from './schema.ts';

type Row = Selectable<Schema['principals']> & {
  readonly valid_from: Date | null;
  readonly now: Date;
  readonly keys_revision: bigint;
};

/** Issuance terms in PostgreSQL. */
export const postgresIssuanceStore = (database: Database<Schema>): IssuanceStore => ({
  async terms(scope, principals) {
    const rows = await database.once(
      scope,
      sql<Row>`
        select p.*, greatest(p.tokens_valid_from, t.tokens_valid_from) as valid_from, clock_timestamp() as now,
          (select keys_revision from token_head) as keys_revision
        from principals p join token_tenants t on t.tenant = p.tenant
        where (p.tenant, p.id) in (
          select * from unnest(
            ${principals.map(({ tenant }) => tenant)}::text[],
            ${principals.map(({ id }) => id)}::text[]
          )
        )
        order by p.tenant, p.id
        for share of p, t`,
    );
    const found = rows.map((row) => ({ ...recordOf(row), tokensValidFrom: row.valid_from ?? undefined }));
    const { now = new Date(), keys_revision: keysRevision = 0n } = rows[0] ?? {};
    return { now, keysRevision, principals: found };
  },
});
