import type { Database } from '@weir/database';
import { sql } from 'kysely';
import type { ErasureStore } from './erasure-store.ts';
import type { Schema } from './schema.ts';

/** Receipts in PostgreSQL. */
export const postgresErasureStore = (database: Database<Schema>): ErasureStore => ({
  tokens: (scope, tenant, person) =>
    database.within(scope, async (tx) => {
      const { rows } = await sql<{ count: bigint }>`
        select count(distinct t.token)::bigint as count from pii_tokens t
        where t.tenant = ${tenant} and t.subject = ${person} and not exists (
          select 1 from pii_tokens o where o.tenant = t.tenant and o.token = t.token and o.subject <> t.subject
        )`.execute(tx);
      return rows[0]?.count ?? 0n;
    }),
  put: (scope, tenant, id, receipt) =>
    database.within(scope, async (tx) => {
      await tx
        .insertInto('erasures')
        .values({
          tenant,
          id,
          subject_hash: receipt.subjectHash,
          destroyed_keys: receipt.destroyedKeyCount,
          ciphertexts: receipt.ciphertextCount,
          tokens: receipt.tokenCount,
          requested_by: receipt.requestedBy,
          reason: receipt.reason,
          erased_at: receipt.erasedAt ?? new Date(),
          audit_event_id: receipt.auditEventId,
        })
        .execute();
    }),
});
