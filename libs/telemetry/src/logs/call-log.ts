import type { DestinationStream, Logger } from 'pino';
import { timeText } from './time-text.ts';

/** What the line of a call says beside its method. None of it is ever secret. */
export interface CallLine {
  readonly principal: string | undefined;
  readonly tenant: string | undefined;
  /** "OK", "NOT_FOUND" */
  readonly code: string;
  /** Why it failed: the reason's name and message. */
  readonly reason?: string | undefined;
  readonly problem?: string | undefined;
  readonly ms: number;
  readonly traceId: string;
}

/** Writes the line of a call. */
export type CallLog = (line: CallLine) => void;

/** What `startLog` made a logger of. */
interface Origin {
  readonly service: string;
  readonly stream: DestinationStream;
}

const origins = new WeakMap<Logger, Origin>();

/** Remembers where the lines of a logger go. */
export const setOrigin = (log: Logger, origin: Origin): void => void origins.set(log, origin);

/**
 * The log of a method's calls: lines at level info like any other of `log`, except that nothing is looked up or hidden
 * in them, since they say all that there is and hold no secrets. Most lines of a busy service are these.
 */
export function callLog(log: Logger, method: string): CallLog {
  if (!log.isLevelEnabled('info')) return () => undefined;
  const origin = origins.get(log);
  if (!origin) return ({ traceId, ...line }) => log.info({ method, ...line, trace_id: traceId }, 'call');

  const { service, stream } = origin;
  const head = `","level":"info","service":${JSON.stringify(service)},"method":${JSON.stringify(method)}`;
  return ({ principal, tenant, code, reason, problem, ms, traceId }) => {
    const who = text(',"principal":', principal) + text(',"tenant":', tenant);
    const why = reason === undefined ? '' : text(',"reason":', reason) + text(',"problem":', problem);
    stream.write(
      `{"time":"${timeText()}${head}${who},"code":"${code}"${why},"ms":${ms},"trace_id":"${traceId}","msg":"call"}\n`,
    );
  };
}

const text = (label: string, value: string | undefined): string => (value === undefined ? '' : label + quoted(value));

// Names need no escapes, and to see that costs a fraction of JSON.stringify.
const PLAIN = /^[ !#-[\]-~]*$/;

const quoted = (value: string): string => (PLAIN.test(value) ? `"${value}"` : JSON.stringify(value));
