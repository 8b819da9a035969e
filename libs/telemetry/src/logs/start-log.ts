import { trace } from '@opentelemetry/api';
import { currentCall } from '@weir/context';
import { pino, type DestinationStream, type Level, type Logger } from 'pino';
import { setOrigin } from './call-log.ts';
import { stdout } from './log-stream.ts';
import { redact } from './redact.ts';
import { timeText } from './time-text.ts';

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
  const log = pino(
    {
      level,
      base: { service },
      timestamp: () => `,"time":"${timeText()}"`,
      mixin: correlation,
      formatters: { level: (label) => ({ level: label }), log: redact },
      // Formatters do not see the fields of child loggers.
      redact: { paths: ['authorization', 'password', 'secret', 'token'], censor: '[redacted]' },
    },
    stream,
  );
  setOrigin(log, { service, stream });
  return log;
}

/** Writes what is buffered. */
export const flushLog = (log: Log): Promise<void> =>
  // A pipe cannot be synced, which is reported as an error after all has been written.
  new Promise((resolve) => log.flush(() => resolve()));

function correlation(): object {
  const span = trace.getActiveSpan()?.spanContext();
  const call = currentCall();
  return {
    ...(span && { trace_id: span.traceId, span_id: span.spanId }),
    ...(call && { method: call.method, ...(call.scope.tenant !== undefined && { tenant: call.scope.tenant }) }),
  };
}
