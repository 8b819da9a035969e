// Everything a call goes through in production, around a handler that answers the same message as the baseline.
import { testIssuer } from '@weir/auth/testing';
import { loadConfig } from '@weir/config';
import { TenantServiceDefinition } from '@weir/contracts/registry';
import { bind, rpcSettings, serve } from '@weir/rpc';
import { startTelemetry, telemetrySettings } from '@weir/telemetry';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { response } from './subject.ts';

const state = mkdtempSync(join(tmpdir(), 'weir-bench-'));
const { settings } = loadConfig(z.object({ ...telemetrySettings, ...rpcSettings(0) }), {
  GRPC_LISTEN: '127.0.0.1:0',
  OPS_LISTEN: '127.0.0.1:0',
  WEIR_STATE_DIR: state,
  RATE_LIMIT_PER_MINUTE: '100000000',
});
const telemetry = await startTelemetry({ service: 'registry', version: '0.1.0', settings });
const issuer = testIssuer();

const server = await serve({
  service: 'registry',
  settings,
  bindings: [bind(TenantServiceDefinition, { getTenant: () => Promise.resolve(response) })],
  verifier: issuer.verifier,
  journal: {
    transaction: (_call, run) => run(),
    // Reads leave an event only when they are refused: the rule is evaluated, and asks for nothing here.
    record: () => Promise.reject(new Error('a served read leaves no event')),
  },
  checks: {},
  log: telemetry.log,
  metrics: telemetry.metrics,
});
process.send?.({ port: server.port, token: issuer.issue({ subject: 'tenants/acme/principals/bench' }) });
