import { Histogram } from 'prom-client';
import { logLines } from './testing/log-lines.ts';
import { removeState, testSettings } from './testing/test-settings.ts';
import {
  continueTrace,
  currentTraceparent,
  exemplar,
  inSpan,
  readTrace,
  spanTree,
  startTelemetry,
  tracesDir,
} from './index.ts';
import type { SpanNode, TelemetrySettings } from './index.ts';

const start = (service: string, settings: TelemetrySettings, logTo = logLines()) =>
  startTelemetry({ service, version: '1.0.0', settings, logTo });

const outline = (nodes: readonly SpanNode[]): unknown =>
  nodes.map(({ span, children }) => [`${span.service} ${span.name}`, outline(children)]);

describe('startTelemetry', () => {
  afterAll(removeState);

  it('spans of two services form one tree', async () => {
    const settings = testSettings();

    const registry = await start('registry', settings);
    const { traceparent, traceId } = await inSpan('process', {}, async (span) => {
      await inSpan('resolve', {}, () => undefined);
      return { traceparent: currentTraceparent(), traceId: span.spanContext().traceId };
    });
    await registry[Symbol.asyncDispose]();

    const agent = await start('agent', { ...settings, TRACE_SAMPLE_RATIO: 0 });
    await continueTrace(traceparent, () => inSpan('run', {}, () => inSpan('sql', {}, () => undefined)));
    await agent[Symbol.asyncDispose]();

    expect(outline(spanTree(await readTrace(tracesDir(settings.WEIR_STATE_DIR), traceId)))).toEqual([
      [
        'registry process',
        [
          ['registry resolve', []],
          ['agent run', [['agent sql', []]]],
        ],
      ],
    ]);
  });

  it('a trace that is not sampled is written nowhere, but its id is in the log', async () => {
    const settings = testSettings({ TRACE_SAMPLE_RATIO: '0' });
    const logTo = logLines();
    const telemetry = await start('registry', settings, logTo);

    const traceId = await inSpan('work', {}, (span) => {
      telemetry.log.info('inside');
      return span.spanContext().traceId;
    });
    await telemetry[Symbol.asyncDispose]();

    expect(logTo.lines()).toMatchObject([{ msg: 'inside', trace_id: traceId, span_id: expect.any(String) as string }]);
    expect(await readTrace(tracesDir(settings.WEIR_STATE_DIR), traceId)).toEqual([]);
  });

  it('metrics carry exemplars of sampled calls', async () => {
    await using telemetry = await start('registry', testSettings());
    const duration = new Histogram({
      name: 'call_seconds',
      help: '-',
      buckets: [1],
      enableExemplars: true,
      registers: [telemetry.metrics],
    });

    const traceId = await inSpan('call', {}, (span) => {
      duration.observe({ labels: {}, value: 0.5, exemplarLabels: exemplar() });
      return span.spanContext().traceId;
    });

    const scraped = await fetch(`http://127.0.0.1:${telemetry.ops.port}/metrics`);
    expect(scraped.headers.get('content-type')).toMatch(/^application\/openmetrics-text/);
    expect(await scraped.text()).toMatch(
      new RegExp(`call_seconds_bucket{le="1"} 1 # {trace_id="${traceId}",span_id="[0-9a-f]{16}"} 0.5`),
    );
  });

  it('who starts second in a process has its own logs and metrics and traces with the first', async () => {
    const settings = testSettings();
    await using first = await start('registry', settings);
    {
      await using second = await start('agent', settings);
      expect(second.metrics).not.toBe(first.metrics);
    }

    expect(await inSpan('work', {}, (span) => span.isRecording())).toBe(true);
  });

  it('starts nothing when the address of the ops server is taken', async () => {
    const settings = testSettings();
    await using first = await start('registry', settings);
    const taken = { ...settings, OPS_LISTEN: { host: '127.0.0.1', port: first.ops.port } };

    await expect(start('agent', taken)).rejects.toThrow('cannot listen on OPS_LISTEN');
  });
});
