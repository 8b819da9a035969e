import { reason, WeirError } from '@weir/errors';
import { randomUUID } from 'node:crypto';
import type { Call } from '../call.ts';
import type { Interceptor } from '../interceptor.ts';
import type { ServerParts } from '../parts.ts';

/**
 * The one place that decides what callers see of a failure: reasons of the catalogue pass, an ended call is CANCELLED
 * or DEADLINE_EXCEEDED, and everything else is INTERNAL with a correlation id whose cause stays in the log.
 */
export const translate: Interceptor =
  (_method, { log }) =>
  async (call, next) => {
    try {
      return await next(call);
    } catch (error) {
      if (hasEnded(call, error)) throw endOf(call);
      throw error instanceof WeirError ? error : unexpected(call, error, log);
    }
  };

/** What callers see of a failure that nobody foresaw, whose cause goes to the log. */
export function unexpected(call: Call, error: unknown, log: ServerParts['log']): WeirError {
  const correlationId = randomUUID();
  log.error({ err: error, method: call.method, correlation_id: correlationId, trace_id: call.traceId }, 'unexpected');
  return reason('INTERNAL', { correlation_id: correlationId }, { cause: error });
}

/** Whether a failure only says that the call itself is over. */
export const hasEnded = (call: Call, error: unknown): boolean => isEnd(error) && call.signal.aborted;

const isEnd = (error: unknown): boolean =>
  error instanceof WeirError
    ? error.reason === 'CANCELLED' || error.reason === 'DEADLINE_EXCEEDED'
    : typeof error === 'object' && error !== null && 'name' in error && error.name === 'AbortError';

// Callers give up by their own clock, a little before the time that they gave us is over by ours.
const ABOUT_MS = 100;

/** The end of a call as its caller is told. */
export const endOf = (call: Call): WeirError =>
  Date.now() >= call.deadline - ABOUT_MS
    ? reason('DEADLINE_EXCEEDED', { method: call.method })
    : reason('CANCELLED', { method: call.method });
