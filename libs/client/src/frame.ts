import { currentCall } from '@weir/context';
import { reason } from '@weir/errors';

/** Options of one call. */
export interface CallOptions {
  /** Cancels the call. */
  readonly signal?: AbortSignal;
  /** How long to wait; a unary call without it and outside of any other call waits for 30 seconds. */
  readonly timeoutMs?: number;
  /** Sent along, by lower-case key. */
  readonly metadata?: Readonly<Record<string, string>>;
  /** The bearer token to call with, instead of one of the channel's. */
  readonly token?: string;
}

/** What bounds an outgoing call, taken from its options and from the call in progress when it was made. */
export interface Frame {
  /** In milliseconds since the epoch; Infinity where nothing bounds it. */
  readonly deadline: number;
  readonly signals: readonly AbortSignal[];
  /** Whether it is made on behalf of another call. */
  readonly isInner: boolean;
}

/** The frame of a call that is made now. */
export function frameOf(options: CallOptions, defaultMs: number): Frame {
  const outer = currentCall();
  const own = options.timeoutMs ?? (outer && outer.deadline !== Infinity ? Infinity : defaultMs);
  return {
    deadline: Math.min(outer?.deadline ?? Infinity, Date.now() + own),
    signals: [outer?.signal, options.signal].filter((signal) => signal !== undefined),
    isInner: outer !== undefined,
  };
}

/** Runs `then` once when any of the signals aborts, at once if one has. Returns what stops listening. */
export function onAbort(signals: readonly AbortSignal[], then: () => void): () => void {
  if (signals.some(({ aborted }) => aborted)) then();
  else for (const signal of signals) signal.addEventListener('abort', then, { once: true });
  return () => signals.forEach((signal) => signal.removeEventListener('abort', then));
}

/** Waits for something that knows neither the deadline nor the signals of a call. */
export async function withinFrame<T>(pending: Promise<T>, frame: Frame, method: string): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const stop = onAbort(frame.signals, () => reject(reason('CANCELLED', { method })));
  const late = () => reject(reason('DEADLINE_EXCEEDED', { method }));
  const timer = frame.deadline === Infinity ? undefined : setTimeout(late, Math.max(0, frame.deadline - Date.now()));
  try {
    return await Promise.race([pending, promise]);
  } finally {
    clearTimeout(timer);
    stop();
  }
}
