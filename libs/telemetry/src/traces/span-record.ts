import { SpanKind, SpanStatusCode, type HrTime } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { z } from 'zod';

/** One line of a trace file. */
export const SpanRecord = z.object({
  traceId: z.string(),
  spanId: z.string(),
  parentSpanId: z.string().optional(),
  name: z.string(),
  kind: z.enum(['internal', 'server', 'client', 'producer', 'consumer']),
  service: z.string(),
  /** Milliseconds since the epoch, with fractions. */
  startMs: z.number(),
  durationMs: z.number(),
  status: z.enum(['unset', 'ok', 'error']),
  /** Why it failed. */
  message: z.string().optional(),
  attributes: z.record(z.string(), z.unknown()),
});

/** A finished span as trace files keep it. */
export type SpanRecord = z.output<typeof SpanRecord>;

/** The record of a finished span. */
export function spanRecord(span: ReadableSpan, service: string): SpanRecord {
  const { traceId, spanId } = span.spanContext();
  return {
    traceId,
    spanId,
    parentSpanId: span.parentSpanContext?.spanId,
    name: span.name,
    kind: kinds[span.kind],
    service,
    startMs: milliseconds(span.startTime),
    durationMs: milliseconds(span.duration),
    status: statuses[span.status.code],
    message: span.status.message,
    attributes: span.attributes,
  };
}

const kinds: Record<SpanKind, SpanRecord['kind']> = {
  [SpanKind.INTERNAL]: 'internal',
  [SpanKind.SERVER]: 'server',
  [SpanKind.CLIENT]: 'client',
  [SpanKind.PRODUCER]: 'producer',
  [SpanKind.CONSUMER]: 'consumer',
};

const statuses: Record<SpanStatusCode, SpanRecord['status']> = {
  [SpanStatusCode.UNSET]: 'unset',
  [SpanStatusCode.OK]: 'ok',
  [SpanStatusCode.ERROR]: 'error',
};

const milliseconds = ([seconds, nanos]: HrTime): number => seconds * 1000 + Math.round(nanos / 1000) / 1000;
