import { trace } from '@opentelemetry/api';
import { logLines } from '../testing/log-lines.ts';
import { removeState, testSettings } from '../testing/test-settings.ts';
import { startTelemetry } from '../start-telemetry.ts';
import { readTrace } from '../traces/read-trace.ts';
import { tracesDir } from '../traces/trace-files.ts';
import type { SpanRecord } from '../traces/span-record.ts';
import { inSpan } from './in-span.ts';

async function recorded(work: () => unknown): Promise<SpanRecord | undefined> {
  const settings = testSettings();
  const telemetry = await startTelemetry({ service: 'agent', version: '1', settings, logTo: logLines() });
  let traceId = '';
  await inSpan('step', { rows: 3 }, (span) => {
    ({ traceId } = span.spanContext());
    return work();
  }).catch(() => undefined);
  await telemetry[Symbol.asyncDispose]();
  return (await readTrace(tracesDir(settings.WEIR_STATE_DIR), traceId))[0];
}

describe('inSpan', () => {
  afterAll(removeState);

  it('records the name, the attributes and how long it took', async () => {
    const span = await recorded(() => 1);

    expect(span).toMatchObject({ name: 'step', status: 'unset', attributes: { rows: 3 } });
    expect(span?.durationMs).toBeGreaterThan(0);
  });

  it('records the reason of a failure', async () => {
    const failure = Object.assign(new Error('tenant acme does not exist'), { reason: 'TENANT_NOT_FOUND' });

    expect(await recorded(() => Promise.reject(failure))).toMatchObject({
      status: 'error',
      message: 'tenant acme does not exist',
      attributes: { rows: 3, 'error.type': 'TENANT_NOT_FOUND' },
    });
  });

  it('records the name of an error without a reason, thrown at once', async () => {
    const span = await recorded(() => {
      throw new RangeError('too long');
    });

    expect(span).toMatchObject({ status: 'error', attributes: { 'error.type': 'RangeError' } });
  });

  it('answers what the work answers and throws what it throws, also without telemetry', async () => {
    expect(await inSpan('step', {}, () => 42)).toBe(42);
    await expect(inSpan('step', {}, () => Promise.reject(new Error('boom')))).rejects.toThrow('boom');
    expect(trace.getActiveSpan()).toBeUndefined();
  });
});
