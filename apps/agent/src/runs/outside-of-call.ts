import { continueTrace } from '@weir/telemetry';
import { AsyncLocalStorage } from 'node:async_hooks';

// Taken while this file is loaded, when no call is in progress.
const outside = AsyncLocalStorage.snapshot();

/** Runs work that belongs to no call, neither to its deadline nor to its end, as part of the trace that is named. */
export const outsideOfCall = <T>(traceparent: string | undefined, work: () => Promise<T>): Promise<T> =>
  outside(() => continueTrace(traceparent, work));
