import type { sendUnaryData, ServerUnaryCall } from '@grpc/grpc-js';
import { context, trace } from '@opentelemetry/api';
import { loadConfig } from '@weir/config';
import { TenantServiceDefinition } from '@weir/contracts/registry';
import { reason, type WeirError } from '@weir/errors';
import { continueTrace, inSpan, readTrace, startTelemetry, telemetrySettings } from '@weir/telemetry';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { startRaw, statusOf } from './testing/raw-server.ts';

const WEIR_STATE_DIR = mkdtempSync(join(tmpdir(), 'weir-client-'));
afterAll(() => rmSync(WEIR_STATE_DIR, { recursive: true }));

async function start(failWith?: WeirError) {
  const stack = new AsyncDisposableStack();
  const env = { WEIR_STATE_DIR, TRACE_SAMPLE_RATIO: '1', OPS_LISTEN: '127.0.0.1:0' };
  const { settings } = loadConfig(z.object(telemetrySettings), env);
  const telemetry = await startTelemetry({
    service: 'test',
    version: '1',
    settings,
    logTo: { write: () => undefined },
  });
  stack.use(telemetry);
  const sent: (string | undefined)[] = [];
  const getTenant = ({ metadata }: ServerUnaryCall<unknown, unknown>, answer: sendUnaryData<unknown>): void => {
    sent.push(metadata.get('traceparent')[0]?.toString());
    if (failWith) answer(statusOf(failWith));
    else answer(null, {});
  };
  const server = stack.use(await startRaw(TenantServiceDefinition, { getTenant }));
  return { sent, client: server.client, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

const idsOf = () => trace.getSpanContext(context.active());

describe('the span of a call', () => {
  it('is a client span below the current one, and the parent of what happens at the server', async () => {
    let traceId = '';
    let sent: (string | undefined)[] = [];
    {
      await using server = await start();
      ({ sent } = server);
      await inSpan('work', {}, async () => {
        traceId = idsOf()?.traceId ?? '';
        await server.client.getTenant({ name: 'tenants/acme' });
      });
    }

    const spans = await readTrace(join(WEIR_STATE_DIR, 'traces'), traceId);
    const [work, call] = ['work', 'weir.registry.v1.TenantService/GetTenant'].map((name) =>
      spans.find((span) => span.name === name),
    );
    expect(call).toMatchObject({
      kind: 'client',
      parentSpanId: work?.spanId,
      attributes: { 'rpc.method': 'GetTenant' },
    });
    expect(sent).toEqual([`00-${traceId}-${call?.spanId}-01`]);
  });

  it('tells how the call failed', async () => {
    let traceId = '';
    {
      await using server = await start(reason('TOKEN_MISSING'));
      await inSpan('work', {}, async () => {
        traceId = idsOf()?.traceId ?? '';
        await server.client.getTenant({ name: 'tenants/acme' });
      }).catch(() => undefined);
    }

    expect(await readTrace(join(WEIR_STATE_DIR, 'traces'), traceId)).toContainEqual(
      expect.objectContaining({
        kind: 'client',
        status: 'error',
        attributes: expect.objectContaining({ 'error.type': 'TOKEN_MISSING', 'rpc.grpc.status_code': 16 }) as unknown,
      }),
    );
  });

  it('is not made in a trace that is not sampled, which is passed on as it is', async () => {
    await using server = await start();
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00';

    await continueTrace(traceparent, () => server.client.getTenant({ name: 'tenants/acme' }));

    expect(server.sent).toEqual([traceparent]);
  });

  it('is not made outside of any trace', async () => {
    await using server = await start();

    await server.client.getTenant({ name: 'tenants/acme' });

    expect(server.sent).toEqual([undefined]);
  });
});
