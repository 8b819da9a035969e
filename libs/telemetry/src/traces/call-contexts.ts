import {
  createContextKey,
  ROOT_CONTEXT,
  trace,
  TraceFlags,
  type Context,
  type ContextManager,
} from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { currentCall, type CallContext } from '@weir/context';

const CALL = createContextKey('weir: the call that it was entered in');

/**
 * A context manager for which every call is a context already: that of a trace that is not recorded. So a call enters one
 * only to be recorded, and the others pay for one only when somebody asks.
 */
export function callContexts(): ContextManager {
  const entered = new AsyncLocalStorageContextManager();
  return {
    active() {
      const context = entered.active();
      const call = currentCall();
      // What was entered outside of the call is the business of whoever did.
      return context.getValue(CALL) === call ? context : contextOf(call);
    },
    with: (context, work, self, ...values) =>
      entered.with(context.setValue(CALL, currentCall()), work, self, ...values),
    bind: (context, target) => entered.bind(context.setValue(CALL, currentCall()), target),
    enable() {
      entered.enable();
      return this;
    },
    disable() {
      entered.disable();
      return this;
    },
  };
}

function contextOf(call: CallContext | undefined): Context {
  if (!call?.traceId) return ROOT_CONTEXT;
  const { traceId } = call;
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId: traceId.slice(16), traceFlags: TraceFlags.NONE });
}
