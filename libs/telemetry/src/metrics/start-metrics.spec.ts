import { context, ROOT_CONTEXT, trace, TraceFlags } from '@opentelemetry/api';
import { exemplar, startMetrics } from './start-metrics.ts';

describe('startMetrics', () => {
  it('says what runs, and how Node does, as OpenMetrics', async () => {
    const registry = startMetrics({ service: 'registry', version: '1.2.3' });
    const text = await registry.metrics();

    expect(registry.contentType).toMatch(/^application\/openmetrics-text/);
    expect(text).toContain(`weir_build_info{service="registry",version="1.2.3",node="${process.versions.node}"} 1`);
    expect(text).toContain('nodejs_eventloop_lag_seconds');
    expect(text.endsWith('# EOF\n')).toBe(true);
  });

  it('has no exemplar outside a span', () => {
    expect(context.with(ROOT_CONTEXT, exemplar)).toEqual({});
    expect(TraceFlags.NONE).toBe(0);
    expect(trace.getActiveSpan()).toBeUndefined();
  });
});
