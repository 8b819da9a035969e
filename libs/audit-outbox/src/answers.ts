import type { Transaction } from 'kysely';
import { createHash } from 'node:crypto';
import { reason } from '@weir/errors';
import type { Call } from '@weir/rpc';
import type { OutboxTables } from './schema.ts';

type Tx = Transaction<OutboxTables>;

/** What an answer is kept under. */
interface AnswerKey {
  readonly principal: string;
  readonly method: string;
  readonly request_id: string;
}

/** The key of a request that carries a `request_id`. */
export function answerKey(call: Call): AnswerKey | undefined {
  const { request } = call;
  const id = typeof request === 'object' && request !== null && 'requestId' in request ? request.requestId : '';
  if (typeof id !== 'string' || id === '') return undefined;
  return { principal: call.principal?.subject ?? '', method: call.method, request_id: id.toLowerCase() };
}

/**
 * Claims a request id, or returns the answer it got before. A repeat that arrives while the first is still at work
 * waits for it here. REQUEST_ID_REUSED when the id came with a different request.
 */
export async function claimAnswer(tx: Tx, key: AnswerKey, call: Call): Promise<unknown> {
  const digest = digestOf(call);
  const claimed = await tx
    .insertInto('request_answers')
    .values({ ...key, request_digest: digest })
    .onConflict((conflict) => conflict.columns(['principal', 'method', 'request_id']).doNothing())
    .executeTakeFirst();
  if (claimed.numInsertedOrUpdatedRows === 1n) return undefined;

  const earlier = await tx
    .selectFrom('request_answers')
    .select(['request_digest', 'response'])
    .where('principal', '=', key.principal)
    .where('method', '=', key.method)
    .where('request_id', '=', key.request_id)
    .executeTakeFirstOrThrow();
  if (!digest.equals(earlier.request_digest)) throw reason('REQUEST_ID_REUSED', { request_id: key.request_id });
  return call.types.responseType.decode(earlier.response ?? Buffer.alloc(0));
}

/** Keeps the answer for repeats; part of the same transaction as the change. */
export async function keepAnswer(tx: Tx, key: AnswerKey, call: Call, response: unknown): Promise<void> {
  const bytes = Buffer.from(call.types.responseType.encode(response).finish());
  await tx
    .updateTable('request_answers')
    .set({ response: bytes })
    .where('principal', '=', key.principal)
    .where('method', '=', key.method)
    .where('request_id', '=', key.request_id)
    .execute();
}

const digestOf = (call: Call): Buffer =>
  createHash('sha256').update(call.types.requestType.encode(call.request).finish()).digest();
