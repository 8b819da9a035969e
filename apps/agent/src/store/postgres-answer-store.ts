import type { Database } from '@weir/database';
import type { AnswerStore } from './answer-store.ts';
import type { Schema } from './schema.ts';

/** Answers in the table that the journal uses too, and clears. */
export function postgresAnswerStore(database: Database<Schema>): AnswerStore {
  return {
    find: (scope, { principal, method, requestId }) =>
      database.within(scope, async (tx) => {
        const row = await tx
          .selectFrom('request_answers')
          .select(['request_digest', 'response'])
          .where('principal', '=', principal)
          .where('method', '=', method)
          .where('request_id', '=', requestId)
          .executeTakeFirst();
        return row?.response ? { requestDigest: row.request_digest, response: row.response } : undefined;
      }),
    keep: (scope, { principal, method, requestId }, { requestDigest, response }) =>
      database.within(scope, async (tx) => {
        const values = { request_digest: Buffer.from(requestDigest), response: Buffer.from(response) };
        const result = await tx
          .insertInto('request_answers')
          .values({ principal, method, request_id: requestId, ...values })
          .onConflict((on) => on.columns(['principal', 'method', 'request_id']).doNothing())
          .executeTakeFirst();
        return result.numInsertedOrUpdatedRows === 1n;
      }),
    amend: (scope, { principal, method, requestId }, response) =>
      database.within(scope, async (tx) => {
        await tx
          .updateTable('request_answers')
          .set({ response: Buffer.from(response) })
          .where('principal', '=', principal)
          .where('method', '=', method)
          .where('request_id', '=', requestId)
          .execute();
      }),
  };
}
