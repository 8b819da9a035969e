import { reason, WeirError } from '@weir/errors';
import { randomUUID } from 'node:crypto';
import type { Call } from '../call.ts';
import type { Interceptor } from '../interceptor.ts';

/**
 * The one place that decides what callers see of a failure: reasons of the catalogue pass, an ended call is CANCELLED
 * or DEADLINE_EXCEEDED, and everything else is INTERNAL with a correlation id whose cause stays in the log.
 */
export const translate: Interceptor =
  (method, { log }) =>
  async (call, next) => {
    try {
      return await next(call);
    } catch (error) {
      if (error instanceof WeirError) throw error;
      if (hasEnded(call, error)) throw endOf(call);
      const correlationId = randomUUID();
      log.error(
        { err: error, method: method.path, correlation_id: correlationId, trace_id: call.traceId },
        'unexpected',
      );
      throw reason('INTERNAL', { correlation_id: correlationId }, { cause: error });
    }
  };

const hasEnded = (call: Call, error: unknown): boolean =>
  error instanceof Error && (error.name === 'AbortError' || error.name === 'CallEnded') && call.signal.aborted;

const endOf = (call: Call): WeirError =>
  Date.now() >= call.deadline
    ? reason('DEADLINE_EXCEEDED', { method: call.method })
    : reason('CANCELLED', { method: call.method });
