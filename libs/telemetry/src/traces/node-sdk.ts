import { randomUUID } from 'node:crypto';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { defaultResource, resourceFromAttributes, type Resource } from '@opentelemetry/resources';
import { NodeSDK } from '@opentelemetry/sdk-node';
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  SamplingDecision,
  TraceIdRatioBasedSampler,
  type Sampler,
} from '@opentelemetry/sdk-trace';
import type { Log } from '../logs/start-log.ts';
import type { TelemetrySettings } from '../settings.ts';
import { callContexts } from './call-contexts.ts';
import { fileExporter } from './file-exporter.ts';
import { otlpExporter } from './otlp-exporter.ts';
import { isDrawn } from './roots.ts';

export interface TraceOptions {
  readonly service: string;
  readonly version: string;
  readonly settings: TelemetrySettings;
  readonly log: Log;
  /** How long the last spans may take to leave, in milliseconds. */
  readonly goodbyeMs: number;
}

// Soon enough for someone who asks for the trace of the call that just ended.
const BATCH_EVERY_MS = 500;

/** OpenTelemetry's SDK; it records once it is started. */
export interface Sdk {
  start(): void;
  /** Sends the spans that are left; waits for each exporter, whatever becomes of the others. */
  shutdown(): Promise<void>;
}

/** Sets up the SDK. In a module of its own, since loading it takes a tenth of a second. */
export async function nodeSdk(options: TraceOptions): Promise<Sdk> {
  const spanProcessors = (await exporters(options)).map(
    (exporter) => new BatchSpanProcessor({ exporter, scheduledDelayMillis: BATCH_EVERY_MS, maxQueueSize: 8192 }),
  );
  const sdk = new NodeSDK({
    resource: resource(options),
    autoDetectResources: false,
    sampler: new ParentBasedSampler({ root: rootSampler(options.settings.TRACE_SAMPLE_RATIO) }),
    contextManager: callContexts(),
    textMapPropagator: new W3CTraceContextPropagator(),
    spanProcessors,
    // Spans are made by hand; metrics are prom-client's and logs are pino's.
    instrumentations: [],
    metricReaders: [],
    logRecordProcessors: [],
  });
  return {
    start: () => sdk.start(),
    shutdown: async () => {
      // The SDK itself gives up on all of them at the first failure.
      await Promise.allSettled(spanProcessors.map((processor) => processor.shutdown()));
      await sdk.shutdown();
    },
  };
}

/** Roots that were drawn already are recorded; of the others the same share is. */
function rootSampler(ratio: number): Sampler {
  const others = new TraceIdRatioBasedSampler(ratio);
  return {
    shouldSample: (context, traceId) =>
      isDrawn(context) ? { decision: SamplingDecision.RECORD_AND_SAMPLED } : others.shouldSample(context, traceId),
    toString: () => `Root{${others.toString()}}`,
  };
}

const resource = ({ service, version }: TraceOptions): Resource =>
  defaultResource().merge(
    resourceFromAttributes({
      'service.name': service,
      'service.namespace': 'weir',
      'service.version': version,
      'service.instance.id': randomUUID(),
    }),
  );

// Each has a batch of its own: a collector that does not answer must not hold up the files.
async function exporters({ service, settings, goodbyeMs }: TraceOptions) {
  const files = fileExporter({ stateDir: settings.WEIR_STATE_DIR, service });
  const endpoint = settings.OTEL_EXPORTER_OTLP_ENDPOINT;
  if (endpoint === undefined) return [files];
  const protocol = settings.OTEL_EXPORTER_OTLP_PROTOCOL;
  return [files, await otlpExporter({ endpoint, protocol, timeoutMs: goodbyeMs })];
}
