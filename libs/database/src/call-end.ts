import type { CallContext } from '@weir/context';
import { reason } from '@weir/errors';
import type { DatabaseConnection } from 'kysely';

/** Throws CANCELLED or DEADLINE_EXCEEDED when nobody waits for the call any more. */
export function throwIfEnded(call: CallContext | undefined): void {
  if (call && hasEnded(call)) throw endOf(call);
}

/** Why a call's statement was stopped. */
export const endOf = (call: CallContext): Error =>
  reason(Date.now() >= call.deadline ? 'DEADLINE_EXCEEDED' : 'CANCELLED', { method: call.method });

/** Whether the caller has cancelled or its deadline has passed. */
export const hasEnded = (call: CallContext): boolean => call.signal.aborted || Date.now() >= call.deadline;

/**
 * Stops the statement that runs on `connection` when the caller cancels. A deadline needs no message: the statement
 * timeout is derived from it. The answer must be awaited before the connection is used for anything else, for a
 * cancellation under way would hit the next statement.
 */
export function cancelWithCall(call: CallContext, connection: DatabaseConnection): () => Promise<void> {
  let cancelling: Promise<void> | undefined;
  const cancel = (): void => {
    if (Date.now() < call.deadline) cancelling = cancelStatement(connection);
  };
  call.signal.addEventListener('abort', cancel, { once: true });
  return async () => {
    call.signal.removeEventListener('abort', cancel);
    await cancelling;
  };
}

async function cancelStatement(connection: DatabaseConnection): Promise<void> {
  try {
    await connection.collectSessionInfo?.();
    await connection.cancelQuery?.(() => Promise.resolve());
  } catch {
    // The statement has ended by itself, or the database is gone and its end comes from there.
  }
}
