import { createPrivateKey, type KeyObject } from 'node:crypto';
import { startJournal, type AuditJournal } from '@weir/audit-outbox';
import type { Database } from '@weir/database';
import { rpcSettings, serve } from '@weir/rpc';
import { pino } from 'pino';
import { Registry, type RegistryContentType } from 'prom-client';
import { z } from 'zod';
import { startAuditLog, type AuditLog } from '../log/audit-log.ts';
import { logKeys } from '../log/log-keys.ts';
import { auditBindings } from '../service.ts';
import { postgresStores } from '../store/postgres-stores.ts';
import type { Schema } from '../store/schema.ts';
import { verifier } from './callers.ts';

/** How an audit service is served for tests. */
export interface ServeAuditOptions {
  readonly database: Database<Schema>;
  readonly port?: number;
  readonly queueLimit?: number;
  readonly clock?: () => Date;
}

/** An audit service with real interceptors and its own journal, which believes every token. */
export interface ServedAudit extends AsyncDisposable {
  readonly log: AuditLog;
  readonly journal: AuditJournal;
  readonly port: number;
}

/** The key that every test audit signs with, also after it was killed. Nobody may rely on it: here it stands. */
export const testKey: KeyObject = createPrivateKey({
  key: {
    kty: 'OKP',
    crv: 'Ed25519',
    d: 'nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A',
    x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
  },
  format: 'jwk',
});

/** Serves audit on loopback. */
export async function serveAudit({
  database,
  port = 0,
  queueLimit = 20_000,
  clock,
}: ServeAuditOptions): Promise<ServedAudit> {
  const stack = new AsyncDisposableStack();
  const log = pino({ level: 'silent' });
  const stores = postgresStores(database);
  const keys = logKeys('weir.example', testKey);
  const auditLog = stack.use(
    startAuditLog({ ...stores, keys, log, queueLimit, sweepMs: 3_600_000, ...(clock && { clock }) }),
  );
  const { deliver } = auditLog;
  const journal = stack.use(startJournal({ service: 'audit', database, deliver, log, limit: 10_000 }));
  const settings = z.object(rpcSettings(port)).parse({});
  const parts = { service: 'audit', settings, verifier, journal, log, metrics: openMetrics() };
  const server = stack.use(await serve({ ...parts, bindings: auditBindings(auditLog), checks: {} }));
  return { log: auditLog, journal, port: server.port, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

// The only format with exemplars, which the server's metrics carry.
function openMetrics(): Registry {
  const registry = new Registry<RegistryContentType>();
  registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
  return registry as Registry;
}
