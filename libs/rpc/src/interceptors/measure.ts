import { Gauge, Histogram, type Registry } from 'prom-client';
import type { Call, Ending } from '../call.ts';
import type { Interceptor } from '../interceptor.ts';

const BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 120];

/** How long each call took and how it ended, with the trace of a sampled one as exemplar. */
export const measure: Interceptor = ({ path }, { metrics }) => {
  const { duration, runningOf } = metersOf(metrics);
  const running = runningOf(path);
  const observers = new Map<string, (seconds: number) => void>();
  const observerOf = (code: string) => {
    const { observe } = duration.labels(path, code);
    observers.set(code, observe);
    return observe;
  };
  const count: Ending = (call, { code }) => {
    running.calls -= 1;
    const value = (performance.now() - call.startedAt) / 1000;
    if (call.sampled) duration.observe({ labels: { method: path, code }, value, ...exemplarOf(call) });
    else (observers.get(code) ?? observerOf(code))(value);
  };

  return (call, next) => {
    running.calls += 1;
    call.atEnd(count);
    return next(call);
  };
};

// prom-client types exemplar labels as the metric's own; OpenMetrics lets them be any, and trace_id is the usual one.
const exemplarOf = (call: Call): object => ({ exemplarLabels: { trace_id: call.traceId } });

/** How many calls of a method have arrived and not ended. */
interface Running {
  calls: number;
}

interface Meters {
  readonly duration: Histogram<'method' | 'code'>;
  runningOf(method: string): Running;
}

const meters = new WeakMap<Registry, Meters>();

function metersOf(registry: Registry): Meters {
  const known = meters.get(registry);
  if (known) return known;
  const made = { duration: durationIn(registry), runningOf: runningIn(registry) };
  meters.set(registry, made);
  return made;
}

const durationIn = (registry: Registry) =>
  new Histogram({
    name: 'rpc_server_duration_seconds',
    help: 'How long calls took, by method and status code.',
    labelNames: ['method', 'code'] as const,
    buckets: BUCKETS,
    enableExemplars: true,
    registers: [registry],
  });

function runningIn(registry: Registry): Meters['runningOf'] {
  const methods = new Map<string, Running>();
  new Gauge({
    name: 'rpc_server_in_flight',
    help: 'Calls that have arrived and not ended.',
    labelNames: ['method'] as const,
    registers: [registry],
    collect() {
      for (const [method, { calls }] of methods) this.set({ method }, calls);
    },
  });
  return (method) => {
    const running = { calls: 0 };
    methods.set(method, running);
    return running;
  };
}
