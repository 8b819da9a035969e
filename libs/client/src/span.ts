import { Metadata } from '@grpc/grpc-js';
import { propagation, SpanKind, SpanStatusCode, trace, TraceFlags, type Context, type Span } from '@opentelemetry/api';
import { Code, WeirError } from '@weir/errors';
import type { CallOptions } from './frame.ts';
import type { Method } from './method.ts';
import { RemoteError } from './remote-error.ts';

/** The span of one outgoing call; where the current trace is not sampled there is none, only its context is passed on. */
export interface CallSpan {
  readonly context: Context;
  end(error?: unknown): void;
}

/** Begins the span of a call made in this context. */
export function startSpan(method: Method, context: Context): CallSpan {
  const parent = trace.getSpanContext(context);
  if (parent === undefined || (parent.traceFlags & TraceFlags.SAMPLED) === 0) return { context, end: () => undefined };
  const span = trace.getTracer('weir.client').startSpan(
    method.path.slice(1),
    {
      kind: SpanKind.CLIENT,
      attributes: { 'rpc.system': 'grpc', 'rpc.service': method.info.service, 'rpc.method': method.info.method },
    },
    context,
  );
  return { context: trace.setSpan(context, span), end: (error) => end(span, error) };
}

function end(span: Span, error: unknown): void {
  if (error === undefined) span.setAttribute('rpc.grpc.status_code', Code.OK);
  else {
    const { code, name, message } = outcomeOf(error);
    span.setAttributes({ 'rpc.grpc.status_code': code, 'error.type': name });
    span.setStatus({ code: SpanStatusCode.ERROR, message });
  }
  span.end();
}

function outcomeOf(error: unknown): { code: number; name: string; message: string } {
  if (error instanceof WeirError) return { code: error.code, name: error.reason, message: error.message };
  if (error instanceof RemoteError) return { code: error.code, name: error.name, message: error.message };
  return { code: Code.UNKNOWN, name: error instanceof Error ? error.name : 'Error', message: String(error) };
}

/** The metadata of a call: what its options say, the W3C trace context, the bearer token. */
export function metadataOf(options: CallOptions, { context }: CallSpan, token: string | undefined): Metadata {
  const metadata = new Metadata();
  for (const [key, value] of Object.entries(options.metadata ?? {})) metadata.set(key, value);
  propagation.inject(context, metadata, setter);
  if (token !== undefined) metadata.set('authorization', `Bearer ${token}`);
  return metadata;
}

const setter = { set: (metadata: Metadata, key: string, value: string) => metadata.set(key, value) };
