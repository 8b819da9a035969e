// Records one span in a process of its own, with the settings in its environment, and prints how its end went.
import { inSpan, readTrace, startTelemetry, tracesDir } from '../index.ts';
import { removeState, testSettings } from './test-settings.ts';

const { OTEL_EXPORTER_OTLP_ENDPOINT = '', OTEL_EXPORTER_OTLP_PROTOCOL = '' } = process.env;
const settings = testSettings({ OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_EXPORTER_OTLP_PROTOCOL, LOG_LEVEL: 'silent' });
const telemetry = await startTelemetry({ service: 'agent', version: '1.0.0', settings });
const traceId = await inSpan('work', {}, (span) => span.spanContext().traceId);

const before = performance.now();
await telemetry[Symbol.asyncDispose]();
const shutdownMs = performance.now() - before;

const { length: kept } = await readTrace(tracesDir(settings.WEIR_STATE_DIR), traceId);
process.stdout.write(JSON.stringify({ shutdownMs, kept }));
removeState();
