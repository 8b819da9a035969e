import { codeName, WeirError } from '@weir/errors';
import type { Interceptor } from '../interceptor.ts';

/** One line per call. Never a request body: it may hold secrets and personal data. */
export const log: Interceptor = (method, parts) => async (call, next) => {
  let outcome: Record<string, unknown> = { code: 'OK' };
  try {
    return await next(call);
  } catch (error) {
    outcome =
      error instanceof WeirError
        ? { code: codeName(error.code), reason: error.reason, problem: error.message }
        : { code: 'INTERNAL' };
    throw error;
  } finally {
    parts.log.info(
      {
        method: method.path,
        principal: call.principal?.subject,
        tenant: call.scope.tenant,
        ...outcome,
        ms: Math.round((performance.now() - call.startedAt) * 1000) / 1000,
        trace_id: call.traceId,
      },
      'call',
    );
  }
};
