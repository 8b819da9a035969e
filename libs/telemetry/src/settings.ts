import { address, ratio, url } from '@weir/config';
import { z } from 'zod';

/** The settings of every process that can be observed. Each app gives OPS_LISTEN its own default. */
export const telemetrySettings = {
  OPS_LISTEN: address().describe('Address of the HTTP server with /metrics, /healthz and /readyz.'),
  LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'])
    .default('info')
    .describe('Least level of the log lines that are written.'),
  TRACE_SAMPLE_RATIO: ratio()
    .default(0.05)
    .describe(
      'Share of the traces that start here and are recorded; a trace that comes with a call keeps its own decision.',
    ),
  OTEL_EXPORTER_OTLP_ENDPOINT: url('http', 'https')
    .optional()
    .describe('OpenTelemetry collector that spans are sent to; without it they are kept in files only.'),
  OTEL_EXPORTER_OTLP_PROTOCOL: z
    .enum(['grpc', 'http/protobuf'])
    .default('http/protobuf')
    .describe('How to talk to the collector: usually grpc on port 4317, http/protobuf on port 4318.'),
  WEIR_STATE_DIR: z.string().default('.weir').describe('Folder for local state; spans are kept in its traces/ folder.'),
};

/** What `telemetrySettings` parse to. */
export type TelemetrySettings = z.output<z.ZodObject<typeof telemetrySettings>>;
