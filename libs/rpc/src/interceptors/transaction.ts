import { Effect } from '@weir/contracts/options';
import { pass, type Interceptor } from '../interceptor.ts';

/** Runs a mutation in the transaction that also holds its audit event and its answer. */
export const transaction: Interceptor = ({ rule }, { journal }) => {
  if (rule.effect !== Effect.TRANSACTION) return pass;

  return async (call, next) => {
    const response = await journal.transaction(call, () => {
      // Once per attempt: after a conflict the work runs again, and what the first attempt collected does not count.
      call.beginAttempt();
      return next(call);
    });
    call.committed();
    return response;
  };
};
