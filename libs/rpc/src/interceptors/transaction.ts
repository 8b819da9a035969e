import { Effect } from '@weir/contracts/options';
import type { Interceptor } from '../interceptor.ts';

/** Runs a mutation in the transaction that also holds its audit event and its answer. */
export const transaction: Interceptor = ({ rule }, { journal }) => {
  if (rule.effect !== Effect.TRANSACTION) return (call, next) => next(call);

  return async (call, next) => {
    call.holdUntilCommit();
    const response = await journal.transaction(call, () => next(call));
    call.committed();
    return response;
  };
};
