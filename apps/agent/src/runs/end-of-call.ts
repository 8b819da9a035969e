import type { CallContext } from '@weir/context';
import { reason, type WeirError } from '@weir/errors';

/** Why a call has ended, in words that its work can pass on. */
export const endOfCall = ({ deadline, method }: CallContext): WeirError =>
  Date.now() >= deadline ? reason('DEADLINE_EXCEEDED', { method }) : reason('CANCELLED', { method });

/** A signal that aborts when the call ends, with a reason of the catalogue. */
export function signalOfCall(context: CallContext): AbortSignal & Disposable {
  const ending = new AbortController();
  const end = (): void => ending.abort(endOfCall(context));
  if (context.signal.aborted) end();
  else context.signal.addEventListener('abort', end, { once: true });
  return Object.assign(ending.signal, {
    [Symbol.dispose]: () => context.signal.removeEventListener('abort', end),
  });
}
