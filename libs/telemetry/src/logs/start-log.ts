import { trace } from '@opentelemetry/api';
import { currentCall } from '@weir/context';
import { destination, pino, stdTimeFunctions, type DestinationStream, type Level, type Logger } from 'pino';
import { redact } from './redact.ts';

/** The logger of a process. */
export type Log = Logger;

export interface LogOptions {
  readonly service: string;
  readonly level: Level | 'silent';
  /** Where the lines go; stdout by default. */
  readonly destination?: DestinationStream | undefined;
}

/** Starts JSON lines with time, level, service, msg and, inside a span, trace_id and span_id. */
export function startLog({ service, level, destination: stream = stdout() }: LogOptions): Log {
  return pino(
    {
      level,
      base: { service },
      timestamp: stdTimeFunctions.isoTime,
      mixin: correlation,
      formatters: { level: (label) => ({ level: label }), log: redact },
      // Formatters do not see the fields of child loggers.
      redact: { paths: ['authorization', 'password', 'secret', 'token'], censor: '[redacted]' },
    },
    stream,
  );
}

/** Writes what is buffered. */
export const flushLog = (log: Log): Promise<void> =>
  // A pipe cannot be synced, which is reported as an error after all has been written.
  new Promise((resolve) => log.flush(() => resolve()));

// Lines leave in blocks or after a quarter of a second; pino writes the rest when the process exits or crashes.
const stdout = (): DestinationStream =>
  destination({ dest: 1, sync: false, minLength: 4096, periodicFlush: 250, maxLength: 16 * 1024 * 1024 });

function correlation(): object {
  const span = trace.getActiveSpan()?.spanContext();
  const call = currentCall();
  return {
    ...(span && { trace_id: span.traceId, span_id: span.spanId }),
    ...(call && { method: call.method, ...(call.scope.tenant !== undefined && { tenant: call.scope.tenant }) }),
  };
}
