import { reason } from '@weir/errors';
import type { Call } from '../call.ts';
import type { Interceptor, Next } from '../interceptor.ts';

const UNARY_MS = 30_000;
const STREAM_MS = 3_600_000;

/** Every call has a deadline: the caller's, or 30 seconds (an hour for a stream) from its arrival. */
export const deadline: Interceptor = (method) => {
  const allowedMs = method.requestStream || method.responseStream ? STREAM_MS : UNARY_MS;

  return (call, next) => {
    // grpc-js ends a call whose caller set a deadline; only the others need a timer here.
    if (call.deadline !== Infinity) return next(call);
    call.deadline = Date.now() + allowedMs;
    return within(allowedMs, call, next);
  };
};

async function within(allowedMs: number, call: Call, next: Next): Promise<unknown> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const error = reason('DEADLINE_EXCEEDED', { method: call.method });
      call.abort(error);
      reject(error);
    }, allowedMs);
  });
  try {
    return await Promise.race([next(call), late]);
  } finally {
    clearTimeout(timer);
  }
}
