import { context, propagation, ROOT_CONTEXT } from '@opentelemetry/api';

/** The current span as a W3C `traceparent`, to keep with work that another process or a later run continues. */
export function currentTraceparent(): string | undefined {
  const carrier: { traceparent?: string } = {};
  propagation.inject(context.active(), carrier);
  return carrier.traceparent;
}

/** Runs `work` as part of the trace that `traceparent` names; without one it starts traces of its own. */
export const continueTrace = <T>(traceparent: string | undefined, work: () => T): T =>
  context.with(propagation.extract(ROOT_CONTEXT, traceparent === undefined ? {} : { traceparent }), work);
