import { Audit, Effect } from '@weir/contracts/options';
import { Code, WeirError } from '@weir/errors';
import type { Call } from '../call.ts';
import type { Interceptor } from '../interceptor.ts';
import { endOf, hasEnded, unexpected } from './translate.ts';

/** The codes with which a call is refused before it does anything. */
const REFUSALS: ReadonlySet<Code> = new Set([
  Code.UNAUTHENTICATED,
  Code.PERMISSION_DENIED,
  Code.RESOURCE_EXHAUSTED,
  Code.INVALID_ARGUMENT,
]);

/**
 * Leaves the event that the method's rule asks for. The event of a committed mutation is its transaction's business, and
 * one that the handler took is the handler's.
 */
export const audit: Interceptor = ({ rule, path, responseStream }, { journal, log }) => {
  const recordsSuccess = rule.audit === Audit.ALWAYS && rule.effect !== Effect.TRANSACTION;
  const recordsFailure = (error: WeirError | undefined): boolean =>
    rule.audit === Audit.ALWAYS || (rule.audit === Audit.REFUSALS && error !== undefined && REFUSALS.has(error.code));

  /** What a call failed with, so that a bug is not on record as a success; a stream that its reader leaves did not fail. */
  const failureOf = (call: Call, raised: unknown): unknown => {
    if (raised instanceof WeirError) return raised;
    if (!hasEnded(call, raised)) return unexpected(call, raised, log);
    return responseStream ? raised : endOf(call);
  };

  return async (call, next) => {
    if (recordsSuccess) call.eventSource = journal.eventSource?.(call);
    let response: unknown;
    try {
      response = await next(call);
    } catch (raised) {
      const error = failureOf(call, raised);
      const known = error instanceof WeirError ? error : undefined;
      if (recordsFailure(known)) {
        // The caller is refused either way; a lost database must not turn a refusal into something else.
        await journal.record(call, known).catch((err: unknown) => log.error({ err, method: path }, 'event lost'));
      }
      throw error;
    }
    if (recordsSuccess && !call.eventTaken) await journal.record(call, undefined);
    return response;
  };
};
