import { context, ROOT_CONTEXT, trace, TraceFlags } from '@opentelemetry/api';
import { runInCall, tenantScope, type CallContext } from '@weir/context';
import { inSpan } from '../spans/in-span.ts';
import { currentTraceparent } from '../spans/traceparent.ts';
import { startTelemetry } from '../start-telemetry.ts';
import { logLines } from '../testing/log-lines.ts';
import { removeState, testSettings } from '../testing/test-settings.ts';
import { drawRoot, newTraceId } from './roots.ts';

const start = (ratio = '1') =>
  startTelemetry({
    service: 'registry',
    version: '1',
    settings: testSettings({ TRACE_SAMPLE_RATIO: ratio }),
    logTo: logLines(),
  });

const callOf = (traceId: string) => ({ method: '/x/Y', scope: tenantScope('acme'), traceId }) as CallContext;

afterAll(removeState);

describe('the trace of a call', () => {
  it('is one that is not recorded, and goes on as such', async () => {
    await using _ = await start();
    const traceId = newTraceId();

    await runInCall(callOf(traceId), async () => {
      await Promise.resolve();
      expect(currentTraceparent()).toMatch(new RegExp(`^00-${traceId}-[0-9a-f]{16}-00$`));
      await inSpan('below', {}, (span) => {
        expect(span.isRecording()).toBe(false);
        expect(span.spanContext().traceId).toBe(traceId);
      });
    });
  });

  it('is the one that was entered in it', async () => {
    await using _ = await start();
    const span = trace.getTracer('test').startSpan('call', {}, ROOT_CONTEXT);

    await runInCall(callOf(newTraceId()), () =>
      context.with(trace.setSpan(ROOT_CONTEXT, span), async () => {
        await Promise.resolve();
        expect(trace.getActiveSpan()).toBe(span);
      }),
    );
  });

  it('is not the one of the code that made the call, nor of a call that it makes', async () => {
    await using _ = await start();
    const [outer, inner] = [newTraceId(), newTraceId()];

    await inSpan('outside', {}, () =>
      runInCall(callOf(outer), () => {
        expect(trace.getActiveSpan()?.spanContext().traceId).toBe(outer);
        runInCall(callOf(inner), () => expect(trace.getActiveSpan()?.spanContext().traceId).toBe(inner));
        expect(trace.getActiveSpan()?.spanContext().traceId).toBe(outer);
      }),
    );
  });
});

describe('a trace that starts here', () => {
  it('is recorded as often as the settings say, once it was drawn in any case', async () => {
    await using _ = await start('0.5');
    const drawn = Array.from({ length: 2_000 }, drawRoot).filter((root) => root !== undefined);

    expect(drawn.length).toBeGreaterThan(800);
    expect(drawn.length).toBeLessThan(1_200);
    for (const root of drawn.slice(0, 50)) {
      const span = trace.getTracer('test').startSpan('call', {}, root);
      expect(span.spanContext().traceFlags).toBe(TraceFlags.SAMPLED);
    }
  });

  it('is never recorded without telemetry', () => expect(drawRoot()).toBeUndefined());

  it('has an id of its own', () => {
    const ids = Array.from({ length: 1_000 }, newTraceId);

    expect(new Set(ids).size).toBe(1_000);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{32}$/);
  });
});
