import { trace, TraceFlags } from '@opentelemetry/api';
import { collectDefaultMetrics, Gauge, Registry, type RegistryContentType } from 'prom-client';

// Each sample wakes the process: at the default of 10 ms an idle mesh of five woke up five hundred times a second.
const LAG_SAMPLE_MS = 50;

/** Starts a registry with Node's own metrics and the build, in the OpenMetrics format, which carries exemplars. */
export function startMetrics({ service, version }: { service: string; version: string }): Registry {
  const registry = openMetrics();
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: LAG_SAMPLE_MS });
  new Gauge({
    name: 'weir_build_info',
    help: 'Always 1; the labels say what runs.',
    labelNames: ['service', 'version', 'node'] as const,
    registers: [registry],
  }).set({ service, version, node: process.versions.node }, 1);
  return registry;
}

/** The `exemplarLabels` of an observation made now: the current span when it is sampled, else nothing. */
export function exemplar(): Record<string, string> {
  const span = trace.getActiveSpan()?.spanContext();
  if (!span || (span.traceFlags & TraceFlags.SAMPLED) === 0) return {};
  return { trace_id: span.traceId, span_id: span.spanId };
}

// prom-client types the format into the registry, which would spread to everything that registers a metric.
function openMetrics(): Registry {
  const registry = new Registry<RegistryContentType>();
  registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
  return registry as Registry;
}
