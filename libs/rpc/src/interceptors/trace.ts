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
import { Code, WeirError } from '@weir/errors';
import type { Call } from '../call.ts';
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

  // Most calls are not sampled: they carry a trace id and cost no more than that.
  return async (call, next) => {
    const span = tracer.startSpan(name, SERVER, parentOf(call));
    call.traceId = span.spanContext().traceId;
    call.sampled = span.isRecording();
    const inside = traces.setSpan(ROOT_CONTEXT, span);
    const work = () => context.with(inside, () => runInCall(call, () => next(call)));
    if (!call.sampled) return work();

    span.setAttributes(attributes);
    try {
      const response = await work();
      span.setAttribute('rpc.grpc.status_code', Code.OK);
      return response;
    } catch (error) {
      describeFailure(span, error);
      throw error;
    } finally {
      if (call.principal) span.setAttribute('enduser.id', call.principal.subject);
      if (call.scope.tenant) span.setAttribute('weir.tenant', call.scope.tenant);
      span.end();
    }
  };
};

const SERVER = { kind: SpanKind.SERVER };

function describeFailure(span: Span, error: unknown): void {
  const { code, reason, message } = error instanceof WeirError ? error : unexpected;
  span.setAttributes({ 'rpc.grpc.status_code': code, 'error.type': reason });
  span.setStatus({ code: SpanStatusCode.ERROR, message });
}

const unexpected = { code: Code.INTERNAL, reason: 'INTERNAL', message: 'internal' };

const parentOf = (call: Call): Context =>
  call.header('traceparent') === undefined ? ROOT_CONTEXT : propagation.extract(ROOT_CONTEXT, call, carrier);
