import { callLog } from '@weir/telemetry';
import type { Ending } from '../call.ts';
import type { Interceptor } from '../interceptor.ts';

/** One line per call. Never a request body: it may hold secrets and personal data. */
export const log: Interceptor = (method, parts) => {
  const write = callLog(parts.log, method.path);
  const tell: Ending = (call, { code, error }) =>
    write({
      principal: call.principal?.subject,
      tenant: call.scope.tenant,
      code,
      reason: error?.reason,
      problem: error?.message,
      ms: Math.round((performance.now() - call.startedAt) * 1000) / 1000,
      traceId: call.traceId,
    });

  return (call, next) => {
    call.atEnd(tell);
    return next(call);
  };
};
