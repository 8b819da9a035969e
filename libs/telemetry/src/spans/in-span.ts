import { context, SpanStatusCode, trace, type Attributes, type Span } from '@opentelemetry/api';

/**
 * Runs `work` in a span below the current one. When it fails the span carries the reason and the error goes on to the
 * caller. Does nothing but run `work` where no telemetry was started.
 */
export async function inSpan<T>(
  name: string,
  attributes: Attributes,
  work: (span: Span) => T | Promise<T>,
): Promise<T> {
  const span = trace.getTracer('weir').startSpan(name, { attributes });
  try {
    return await context.with(trace.setSpan(context.active(), span), () => work(span));
  } catch (error) {
    recordFailure(span, error);
    throw error;
  } finally {
    span.end();
  }
}

/** Marks a span as failed: `error.type` is the reason of a WeirError, else the error's name. */
export function recordFailure(span: Span, error: unknown): void {
  if (!span.isRecording()) return;
  const { type, message } = failureOf(error);
  span.setAttribute('error.type', type).setStatus({ code: SpanStatusCode.ERROR, message });
}

function failureOf(error: unknown): { type: string; message: string } {
  if (!(error instanceof Error)) return { type: typeof error, message: String(error) };
  const type = 'reason' in error && typeof error.reason === 'string' ? error.reason : error.name;
  return { type, message: error.message };
}
