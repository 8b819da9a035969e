import type { Database } from '@weir/database';
import type { ErasureStore } from './erasure-store.ts';
import type { Schema } from './schema.ts';

/** Receipts in PostgreSQL. */
export const postgresErasureStore = (database: Database<Schema>): ErasureStore => ({
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
