import type { SpanExporter } from '@opentelemetry/sdk-trace';

export interface OtlpOptions {
  /** Base URL of the collector: "http://127.0.0.1:4318". */
  readonly endpoint: string;
  readonly protocol: 'grpc' | 'http/protobuf';
  readonly timeoutMs: number;
}

/** Sends spans to a collector. Its parts are loaded only where one is configured. */
export async function otlpExporter({ endpoint, protocol, timeoutMs }: OtlpOptions): Promise<SpanExporter> {
  if (protocol === 'grpc') {
    const { OTLPTraceExporter } = await import('@opentelemetry/exporter-trace-otlp-grpc');
    return new OTLPTraceExporter({ url: endpoint, timeoutMillis: timeoutMs });
  }
  const { OTLPTraceExporter } = await import('@opentelemetry/exporter-trace-otlp-proto');
  return new OTLPTraceExporter({ url: `${endpoint.replace(/\/$/, '')}/v1/traces`, timeoutMillis: timeoutMs });
}
