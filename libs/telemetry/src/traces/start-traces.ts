import { context, diag, logs, metrics, propagation, trace } from '@opentelemetry/api';
import { bounded } from '../bounded.ts';
import type { TraceOptions } from './node-sdk.ts';
import { reportFaults } from './report-faults.ts';
import { recordShare } from './roots.ts';

// OpenTelemetry's API has one global of each kind; who starts second in a process traces with the first.
let running = false;

/** Starts tracing for the process. Disposing it sends the spans that are left; it takes no longer than its bound. */
export async function startTraces(options: TraceOptions): Promise<AsyncDisposable> {
  if (running) return { [Symbol.asyncDispose]: () => Promise.resolve() };
  running = true;
  try {
    const { nodeSdk } = await import('./node-sdk.ts');
    const sdk = await nodeSdk(options);
    reportFaults(options.log);
    sdk.start();
    recordShare(options.settings.TRACE_SAMPLE_RATIO);
    return { [Symbol.asyncDispose]: () => bounded(sdk.shutdown(), options.goodbyeMs).finally(forget) };
  } catch (error) {
    forget();
    throw error;
  }
}

function forget(): void {
  recordShare(0);
  for (const global of [trace, metrics, logs, context, propagation, diag]) global.disable();
  running = false;
}
