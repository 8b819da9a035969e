import { loadConfig } from '@weir/config';
import { TenantServiceDefinition } from '@weir/contracts/registry';
import { reason } from '@weir/errors';
import { readTrace, startTelemetry, telemetrySettings } from '@weir/telemetry';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { bind } from '../handler.ts';
import { startTestServer, tokenFor } from '../testing/index.ts';

const WEIR_STATE_DIR = mkdtempSync(join(tmpdir(), 'weir-rpc-'));
afterAll(() => rmSync(WEIR_STATE_DIR, { recursive: true }));

const acme = { name: 'tenants/acme' };
const GET_TENANT = 'weir.registry.v1.TenantService/GetTenant';

/** Runs `work` with every trace recorded, then reads the trace that it names. */
async function traced(work: () => Promise<string>) {
  const env = { WEIR_STATE_DIR, TRACE_SAMPLE_RATIO: '1', OPS_LISTEN: '127.0.0.1:0' };
  const { settings } = loadConfig(z.object(telemetrySettings), env);
  const telemetry = await startTelemetry({
    service: 'test',
    version: '1',
    settings,
    logTo: { write: () => undefined },
  });
  const traceId = await work();
  await telemetry[Symbol.asyncDispose]();
  return readTrace(join(WEIR_STATE_DIR, 'traces'), traceId);
}

describe('trace', () => {
  it('is one over all servers that a call goes through', async () => {
    const spans = await traced(async () => {
      let traceId = '';
      await using far = await startTestServer({
        bindings: [bind(TenantServiceDefinition, { getTenant: async () => ({ tenant: undefined }) })],
      });
      const farther = far.client(TenantServiceDefinition, tokenFor());
      await using near = await startTestServer({
        bindings: [
          bind(TenantServiceDefinition, {
            getTenant: async (_, context) => {
              ({ traceId } = context);
              return farther.getTenant(acme);
            },
          }),
        ],
      });
      await near.client(TenantServiceDefinition, tokenFor()).getTenant(acme);
      expect(far.logs()).toContainEqual(expect.objectContaining({ msg: 'call', trace_id: traceId }));
      return traceId;
    });

    const named = spans.filter(({ name }) => name === GET_TENANT);
    const outer = named.find(({ kind, parentSpanId }) => kind === 'server' && !parentSpanId);
    const call = named.find(({ kind }) => kind === 'client');
    const inner = named.find(({ kind, parentSpanId }) => kind === 'server' && parentSpanId);
    expect(call?.parentSpanId).toBe(outer?.spanId);
    expect(inner?.parentSpanId).toBe(call?.spanId);
  });

  it('tells who called, for which tenant, and why it failed', async () => {
    const spans = await traced(async () => {
      let traceId = '';
      await using server = await startTestServer({
        bindings: [
          bind(TenantServiceDefinition, {
            getTenant: (_, context) => {
              ({ traceId } = context);
              return Promise.reject(reason('ETAG_MISMATCH', { name: 'x', etag: 'y' }));
            },
          }),
        ],
      });
      await server
        .client(TenantServiceDefinition, tokenFor())
        .getTenant(acme)
        .catch(() => undefined);
      return traceId;
    });

    expect(spans).toContainEqual(
      expect.objectContaining({
        status: 'error',
        attributes: expect.objectContaining({
          'error.type': 'ETAG_MISMATCH',
          'enduser.id': 'tenants/acme/principals/tester',
          'weir.tenant': 'acme',
        }),
      }),
    );
  });
});
