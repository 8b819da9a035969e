import {
  context,
  propagation,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace as traces,
  type Context,
  type Span,
} from '@opentelemetry/api';
import { runInCall } from '@weir/context';
import { Code } from '@weir/errors';
import { drawRoot, newTraceId } from '@weir/telemetry';
import type { Call, Outcome } from '../call.ts';
import type { Interceptor } from '../interceptor.ts';

const carrier = {
  get: (call: Call, key: string) => call.header(key),
  keys: () => ['traceparent', 'tracestate'],
};

/** A server span with the caller's W3C context as its parent; names follow OpenTelemetry's RPC conventions. */
export const trace: Interceptor = (method, { service }) => {
  const tracer = traces.getTracer(`weir.${service}`);
  const name = method.path.slice(1);
  const attributes = { 'rpc.system': 'grpc', 'rpc.service': method.service, 'rpc.method': method.method };

  return (call, next) => {
    const parent = parentOf(call);
    if (!parent) {
      call.traceId = newTraceId();
      return runInCall(call, () => next(call));
    }
    const span = tracer.startSpan(name, SERVER, parent);
    call.traceId = span.spanContext().traceId;
    call.sampled = span.isRecording();
    if (call.sampled) {
      span.setAttributes(attributes);
      call.atEnd((_, outcome) => finish(span, call, outcome));
    }
    return runInCall(call, () => context.with(traces.setSpan(ROOT_CONTEXT, span), () => next(call)));
  };
};

const SERVER = { kind: SpanKind.SERVER };

function finish(span: Span, { principal, scope }: Call, { code, error }: Outcome): void {
  span.setAttribute('rpc.grpc.status_code', error?.code ?? (code === 'OK' ? Code.OK : Code.INTERNAL));
  if (code !== 'OK') {
    span.setAttribute('error.type', error?.reason ?? code);
    span.setStatus({ code: SpanStatusCode.ERROR, message: error?.message ?? 'internal' });
  }
  if (principal) span.setAttribute('enduser.id', principal.subject);
  if (scope.tenant) span.setAttribute('weir.tenant', scope.tenant);
  span.end();
}

// A trace that starts here is mostly not recorded: it needs an id, and no span.
const parentOf = (call: Call): Context | undefined =>
  call.header('traceparent') === undefined ? drawRoot() : propagation.extract(ROOT_CONTEXT, call, carrier);
