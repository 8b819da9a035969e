// The registry in a process of its own, for `npm run bench -- registry`: everything that a call goes through in
// production, on a database that is brought up to date first: bench-server.ts <database url> <tenant>...
import { startJournal } from '@weir/audit-outbox';
import { loadConfig } from '@weir/config';
import { openDatabase } from '@weir/database';
import { rpcSettings, serve } from '@weir/rpc';
import { startTelemetry, telemetrySettings } from '@weir/telemetry';
import { testIssuer } from '@weir/testing';
import { mkdtempSync, openSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { z } from 'zod';
import { registryBindings } from '../service.ts';
import { registryMigrations, type Schema } from '../store/schema.ts';
import { postgresStores } from '../stores.ts';
import { startChangeFeed } from '../watch/change-feed.ts';

const [url = '', ...tenants] = process.argv.slice(2);
const state = mkdtempSync(join(tmpdir(), 'weir-bench-'));
const { settings } = loadConfig(z.object({ ...telemetrySettings, ...rpcSettings(0) }), {
  GRPC_LISTEN: '127.0.0.1:0',
  OPS_LISTEN: '127.0.0.1:0',
  WEIR_STATE_DIR: state,
  RATE_LIMIT_PER_MINUTE: '100000000',
  MAX_IN_FLIGHT_PER_PRINCIPAL: '10000',
});
const logTo = pino.destination({ fd: openSync(join(state, 'log'), 'a'), sync: false, minLength: 4096 });
const { log, metrics } = await startTelemetry({ service: 'registry', version: '0.1.0', settings, logTo });
const database = await openDatabase<Schema>({ url, migrations: registryMigrations, poolSize: 10, log });
// Events are written with what they tell of, as in production; here nobody waits for them.
const journal = startJournal({
  service: 'registry',
  database,
  deliver: () => Promise.resolve(),
  log,
  limit: 1_000_000,
});
const issuer = testIssuer();
const server = await serve({
  service: 'registry',
  settings,
  bindings: registryBindings(postgresStores(database), startChangeFeed(database, log)),
  verifier: issuer.verifier,
  journal,
  checks: {},
  log,
  metrics,
});

const admin = issuer.issue({ subject: 'principals/admin' });
const tokens = tenants.map((tenant) => issuer.issue({ subject: `tenants/${tenant}/principals/bench` }));
process.send?.({ port: server.port, admin, tokens });
