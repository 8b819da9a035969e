import type { Metadata } from '@grpc/grpc-js';
import { context as contexts } from '@opentelemetry/api';
import { bearerOf } from './bearer.ts';
import type { Channel } from './channel.ts';
import { frameOf, onAbort, type CallOptions, type Frame } from './frame.ts';
import { fromStatus, isStatus } from './from-status.ts';
import type { Method } from './method.ts';
import { metadataOf, startSpan, type CallSpan } from './span.ts';

/** What surrounds one outgoing call, whatever its kind. */
export interface Session {
  readonly frame: Frame;
  /** What to send first: trace context, bearer token, the metadata of the call's options. */
  metadata(): Promise<Metadata>;
  /** Cancels the call when the one in progress ends or the caller says so, until `end`. */
  guard(call: { cancel(): void }): void;
  /** Whether to try once more, with another token, after this error of grpc-js. */
  renews(error: unknown): boolean;
  /** Closes the session and answers what the caller is told. */
  fail(error: unknown): unknown;
  /** Closes the session. */
  end(): void;
}

/** Opens a session in the call in progress. Its span begins with `metadata`. */
export function openSession(channel: Channel, method: Method, options: CallOptions, defaultMs = Infinity): Session {
  const frame = frameOf(options, defaultMs);
  const parent = contexts.active();
  const bearer = bearerOf(channel, method, options, frame);
  let span: CallSpan | undefined;
  let cancelled = false;
  let release = (): void => undefined;
  const translate = (error: unknown): unknown => (isStatus(error) ? fromStatus(error, method, cancelled) : error);
  const close = (error?: unknown): void => {
    release();
    span?.end(error);
    span = undefined;
  };

  return {
    frame,
    async metadata() {
      span ??= startSpan(method, parent);
      return metadataOf(options, span, await bearer.token());
    },
    guard(call) {
      release = onAbort(frame.signals, () => {
        cancelled = true;
        call.cancel();
      });
    },
    renews: (error) => bearer.renews(translate(error)),
    fail(error) {
      const told = bearer.explain(translate(error));
      close(told);
      return told;
    },
    end: () => close(),
  };
}
