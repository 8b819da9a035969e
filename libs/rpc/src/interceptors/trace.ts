import {
  context,
  propagation,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace as traces,
  type Context,
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

  return async (call, next) => {
    const span = tracer.startSpan(name, { kind: SpanKind.SERVER, attributes }, parentOf(call));
    const { traceId } = span.spanContext();
    call.traceId = traceId;
    call.sampled = span.isRecording();
    const inside = traces.setSpan(ROOT_CONTEXT, span);
    try {
      const response = await context.with(inside, () => runInCall(call, () => next(call)));
      span.setAttribute('rpc.grpc.status_code', Code.OK);
      return response;
    } catch (error) {
      const { code, reason, message } = error instanceof WeirError ? error : unexpected;
      span.setAttributes({ 'rpc.grpc.status_code': code, 'error.type': reason });
      span.setStatus({ code: SpanStatusCode.ERROR, message });
      throw error;
    } finally {
      if (call.principal) span.setAttribute('enduser.id', call.principal.subject);
      if (call.scope.tenant) span.setAttribute('weir.tenant', call.scope.tenant);
      span.end();
    }
  };
};

const unexpected = { code: Code.INTERNAL, reason: 'INTERNAL', message: 'internal' };

const parentOf = (call: Call): Context =>
  call.header('traceparent') === undefined ? ROOT_CONTEXT : propagation.extract(ROOT_CONTEXT, call, carrier);
