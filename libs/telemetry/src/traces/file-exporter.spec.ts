import { appendFileSync, readFileSync, statSync } from 'node:fs';
import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { ExportResultCode, type ExportResult } from '@opentelemetry/core';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';
import { removeState, testSettings } from '../testing/test-settings.ts';
import { fileExporter } from './file-exporter.ts';
import { readTrace } from './read-trace.ts';
import { traceFiles, tracesDir } from './trace-files.ts';

const traceId = 'a'.repeat(32);
let count = 0;

const finished = (): ReadableSpan =>
  ({
    name: 'x'.repeat(100),
    kind: SpanKind.SERVER,
    spanContext: () => ({ traceId, spanId: `${count++}`.padStart(16, '0'), traceFlags: 1 }),
    startTime: [1, 500_000],
    duration: [0, 1_234_567],
    status: { code: SpanStatusCode.ERROR, message: 'no' },
    attributes: { 'error.type': 'TENANT_NOT_FOUND' },
  }) as unknown as ReadableSpan;

const exported = (exporter: SpanExporter, spans: ReadableSpan[]): Promise<ExportResult> =>
  new Promise((resolve) => exporter.export(spans, resolve));

describe('fileExporter', () => {
  let stateDir: string;
  beforeEach(() => (stateDir = testSettings().WEIR_STATE_DIR));
  afterAll(removeState);

  it('keeps a span as a line that its owner alone reads', async () => {
    await exported(fileExporter({ stateDir, service: 'registry' }), [finished()]);

    const { current } = traceFiles(stateDir, 'registry');
    expect(statSync(current).mode & 0o777).toBe(0o600);
    expect(JSON.parse(readFileSync(current, 'utf8'))).toMatchObject({
      traceId,
      kind: 'server',
      service: 'registry',
      startMs: 1000.5,
      durationMs: 1.235,
      status: 'error',
      message: 'no',
      attributes: { 'error.type': 'TENANT_NOT_FOUND' },
    });
  });

  it('keeps one full file beside the current one, and no more', async () => {
    const exporter = fileExporter({ stateDir, service: 'registry', maxBytes: 2000 });
    for (let batch = 0; batch < 30; batch++) await exported(exporter, [finished()]);

    const { current, full } = traceFiles(stateDir, 'registry');
    const kept = await readTrace(tracesDir(stateDir), traceId);
    expect(statSync(current).size + statSync(full).size).toBeLessThanOrEqual(4000);
    expect(kept.length).toBeGreaterThan(5);
    expect(kept.length).toBeLessThan(20);
  });

  it('writes batches that come at once one after the other', async () => {
    const exporter = fileExporter({ stateDir, service: 'registry' });
    await Promise.all(Array.from({ length: 20 }, () => exported(exporter, [finished(), finished()])));

    expect(await readTrace(tracesDir(stateDir), traceId)).toHaveLength(40);
  });

  it('says so when it cannot write', async () => {
    appendFileSync(`${stateDir}/file`, '');
    const result = await exported(fileExporter({ stateDir: `${stateDir}/file`, service: 'registry' }), [finished()]);

    expect(result.code).toBe(ExportResultCode.FAILED);
  });

  it('leaves out a line that was cut off when reading', async () => {
    await exported(fileExporter({ stateDir, service: 'registry' }), [finished()]);
    appendFileSync(traceFiles(stateDir, 'registry').current, `{"traceId":"${traceId}","na`);

    expect(await readTrace(tracesDir(stateDir), traceId)).toHaveLength(1);
  });
});
