import type { Database } from '@weir/database';
import { reason } from '@weir/errors';
import type { AnswerKey, AnswerStore } from './answer-store.ts';
import type { Schema } from './schema.ts';

/** Answers in PostgreSQL, in the table that the journal keeps and purges. */
export const postgresAnswerStore = (database: Database<Schema>): AnswerStore => ({
  find: (scope, key, digest) =>
    database.within(scope, async (tx) => {
      const { principal, method, request_id } = columns(key);
      const row = await tx
        .selectFrom('request_answers')
        .select(['request_digest', 'response'])
        .where('principal', '=', principal)
        .where('method', '=', method)
        .where('request_id', '=', request_id)
        .executeTakeFirst();
      if (!row) return undefined;
      if (!digest.equals(row.request_digest)) throw reason('REQUEST_ID_REUSED', { request_id });
      return row.response ?? undefined;
    }),
  keep: (scope, key, digest, answer) =>
    database.within(scope, async (tx) => {
      const { numInsertedOrUpdatedRows } = await tx
        .insertInto('request_answers')
        .values({ ...columns(key), request_digest: digest, response: answer })
        .onConflict((on) => on.columns(['principal', 'method', 'request_id']).doNothing())
        .executeTakeFirst();
      return numInsertedOrUpdatedRows === 1n;
    }),
});

const columns = ({ principal, method, requestId }: AnswerKey) => ({
  principal,
  method,
  request_id: requestId.toLowerCase(),
});
