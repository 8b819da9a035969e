import { trace, type Tracer } from '@opentelemetry/api';
import type { DestinationStream } from 'pino';
import type { Registry } from 'prom-client';
import { bounded } from './bounded.ts';
import { flushLog, startLog, type Log } from './logs/start-log.ts';
import { startMetrics } from './metrics/start-metrics.ts';
import { startOps, type OpsServer } from './ops/start-ops.ts';
import type { TelemetrySettings } from './settings.ts';
import { startTraces } from './traces/start-traces.ts';

/** What a process is observed with. Disposing it takes two seconds at most, whatever the collector does. */
export interface Telemetry extends AsyncDisposable {
  readonly log: Log;
  readonly metrics: Registry;
  readonly tracer: Tracer;
  readonly ops: OpsServer;
}

export interface TelemetryOptions {
  /** "registry": the name in logs, spans and metrics. */
  readonly service: string;
  readonly version: string;
  readonly settings: TelemetrySettings;
  /** Where log lines go; stdout by default. */
  readonly logTo?: DestinationStream;
}

const SPANS_GOODBYE_MS = 1500;
const LOG_GOODBYE_MS = 500;

/** Starts logs, metrics, the ops server and tracing, one of each for a process. Throws when OPS_LISTEN cannot be had. */
export async function startTelemetry({ service, version, settings, logTo }: TelemetryOptions): Promise<Telemetry> {
  await using starting = new AsyncDisposableStack();

  const log = startLog({ service, level: settings.LOG_LEVEL, destination: logTo });
  starting.defer(() => bounded(flushLog(log), LOG_GOODBYE_MS));
  const metrics = startMetrics({ service, version });
  const ops = starting.use(await startOps({ listen: settings.OPS_LISTEN, metrics }));
  starting.use(await startTraces({ service, version, settings, log, goodbyeMs: SPANS_GOODBYE_MS }));

  const parts = starting.move();
  return {
    log,
    metrics,
    tracer: trace.getTracer('weir', version),
    ops,
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  };
}
