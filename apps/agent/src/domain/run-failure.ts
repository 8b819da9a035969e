import type { RunFailure } from '@weir/contracts/agent';
import { Code, WeirError } from '@weir/errors';
import { durationOf } from './durations.ts';

const RETRYABLE: ReadonlySet<Code> = new Set([
  Code.UNAVAILABLE,
  Code.RESOURCE_EXHAUSTED,
  Code.ABORTED,
  Code.DEADLINE_EXCEEDED,
]);

/** Why work failed, as it is kept with the job or the item. What is not a known reason tells nothing of its cause. */
export function failureOf(error: unknown): RunFailure {
  if (!(error instanceof WeirError)) {
    return {
      code: Code.INTERNAL,
      reason: 'INTERNAL',
      message: 'something broke on our side',
      metadata: {},
      retryable: false,
      retryAfter: undefined,
      step: '',
    };
  }
  const { code, message, metadata, details } = error;
  const retryable = RETRYABLE.has(code);
  return {
    code,
    reason: error.reason,
    message,
    metadata: { ...metadata },
    retryable,
    retryAfter: retryable ? durationOf(details.retryAfterMs ?? 0) : undefined,
    step: metadata.step ?? '',
  };
}
