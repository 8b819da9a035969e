import { codeName, WeirError } from '@weir/errors';
import { Gauge, Histogram, type Registry } from 'prom-client';
import type { Call } from '../call.ts';
import type { Interceptor } from '../interceptor.ts';

const BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 120];

/** How long each call took and how it ended, with the trace of a sampled one as exemplar. */
export const measure: Interceptor = (method, { metrics }) => {
  const { duration, inFlight } = metersOf(metrics);
  const running = inFlight.labels(method.path);

  return async (call, next) => {
    running.inc();
    let code = 'OK';
    try {
      return await next(call);
    } catch (error) {
      code = error instanceof WeirError ? codeName(error.code) : 'INTERNAL';
      throw error;
    } finally {
      running.dec();
      duration.observe({
        labels: { method: method.path, code },
        value: (performance.now() - call.startedAt) / 1000,
        ...exemplarOf(call),
      });
    }
  };
};

// prom-client types exemplar labels as the metric's own; OpenMetrics lets them be any, and trace_id is the usual one.
const exemplarOf = (call: Call): object => (call.sampled ? { exemplarLabels: { trace_id: call.traceId } } : {});

interface Meters {
  duration: Histogram<'method' | 'code'>;
  inFlight: Gauge<'method'>;
}

const meters = new WeakMap<Registry, Meters>();

function metersOf(registry: Registry): Meters {
  const known = meters.get(registry);
  if (known) return known;
  const made = {
    duration: new Histogram({
      name: 'rpc_server_duration_seconds',
      help: 'How long calls took, by method and status code.',
      labelNames: ['method', 'code'] as const,
      buckets: BUCKETS,
      enableExemplars: true,
      registers: [registry],
    }),
    inFlight: new Gauge({
      name: 'rpc_server_in_flight',
      help: 'Calls that have arrived and not ended.',
      labelNames: ['method'] as const,
      registers: [registry],
    }),
  };
  meters.set(registry, made);
  return made;
}
