import { startJournal } from '@weir/audit-outbox';
import type { Event } from '@weir/contracts/audit';
import { TenantState } from '@weir/contracts/registry';
import { openDatabase, type Database } from '@weir/database';
import { rpcSettings, serve, type Binding, type Journal } from '@weir/rpc';
import { testDatabase } from '@weir/testing';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { pino } from 'pino';
import { Registry, type RegistryContentType } from 'prom-client';
import { z } from 'zod';
import { sealPersonalWith } from '../crypto/seal-personal-with.ts';
import { startBootstrap } from '../boot/bootstrap.ts';
import { auditHeads } from './audit-heads.ts';
import { buildCompliance, type ComplianceParts } from '../compliance/compliance-parts.ts';
import type { IncidentWatch } from '../compliance/incident-watch.ts';
import type { Transport } from '../domain/compliance/measures/basis.ts';
import { masterKey, type MasterKey } from '../keys/master-key.ts';
import { buildSecurity, type SecurityParts } from '../parts.ts';
import { securityBindings } from '../service.ts';
import { databaseMigrations, type Schema } from '../store/schema.ts';
import { openCallers, type Callers } from './callers.ts';
import { fakeAudit, type FakeAudit } from './fake-audit.ts';

/** The service in this process: real interceptors, real database, real journal; tenants are what the test says. */
export interface RunningSecurity extends Callers {
  readonly parts: SecurityParts;
  readonly databaseUrl: string;
  readonly database: Database<Schema>;
  readonly master: MasterKey;
  readonly stateDir: string;
  /** By id; a tenant that is not in here does not exist. */
  readonly tenants: Map<string, TenantState>;
  /** What reached the audit service. */
  readonly delivered: Event[];
  readonly audit: FakeAudit;
  readonly compliance: ComplianceParts;
  /** How the services answer on their ports, as far as a control can tell. */
  readonly transports: Transport[];
  /** What its settings waive. */
  readonly waived: { encryption: boolean; piiDetection: boolean };
}

/** How the service is started. */
export interface StartOptions {
  readonly jwksMaxAgeMs?: number;
  readonly serviceSecretsDir?: string;
  readonly scanQueue?: number;
  /** Another replica, with which it shares the database, the master key and the tenants. */
  readonly beside?: RunningSecurity;
}

const HASH_COST = 4;
const SERVICE = 'security';

/** Starts it, on a database and a port of its own, and gets a token for the administrator. */
export async function startSecurity(options: StartOptions = {}): Promise<RunningSecurity> {
  await using stack = new AsyncDisposableStack();
  const log = pino({ level: 'silent' });
  const stateDir = mkdtempSync(join(tmpdir(), 'weir-security-'));
  stack.defer(() => rmSync(stateDir, { recursive: true }));
  const { beside } = options;
  const { database, url } = await databaseOf(stack, beside);
  const master = beside?.master ?? masterKey(randomBytes(32));
  const waived = { encryption: false, piiDetection: false };
  const parts = buildSecurity({
    database,
    master,
    log,
    issuer: 'weir',
    defaultLifetimeMs: 8 * 3_600_000,
    jwksMaxAgeMs: options.jwksMaxAgeMs ?? 300_000,
    secretHashCost: HASH_COST,
    waived,
    scans: { threads: 1, queue: options.scanQueue ?? 64 },
  });
  stack.use(parts.feed);
  stack.use(parts.scans);
  const delivered: Event[] = [];
  const audit = fakeAudit();
  const watched: { incidents?: IncidentWatch } = {};
  const deliver = into(delivered, audit, watched);
  const seal = sealPersonalWith(parts.sealDetails);
  const journal = stack.use(startJournal({ service: SERVICE, database, deliver, seal, log, limit: 1e6 }));

  const adminSecretFile = join(stateDir, 'admin.secret');
  const serviceSecretsDir = options.serviceSecretsDir ?? join(stateDir, 'secrets');
  const seeds = { ...parts, database, journal, log, adminSecretFile, serviceSecretsDir };
  const bootstrap = stack.use(startBootstrap(seeds));
  const tenants = beside?.tenants ?? new Map(TENANTS.map((tenant) => [tenant, TenantState.ACTIVE]));
  const transports: Transport[] = [];
  const compliance = stack.use(
    buildCompliance({
      security: parts,
      database,
      audit: audit.access,
      journal,
      heads: auditHeads(audit.access),
      transports: () => Promise.resolve(transports),
      log,
    }),
  );
  watched.incidents = compliance.incidents;
  const directory = { stateOf: (tenant: string) => Promise.resolve(tenants.get(tenant)) };
  const port = await serveBindings(stack, securityBindings(parts, directory, compliance), parts, journal);
  while (bootstrap.ready() !== undefined || parts.verifier.ready() !== undefined) await wait(10);

  const adminSecret = beside?.adminSecret ?? readFileSync(adminSecretFile, 'utf8').trim();
  const callers = await openCallers(`127.0.0.1:${port}`, adminSecret);
  stack.use(callers);
  const running = stack.move();
  return {
    ...callers,
    parts,
    databaseUrl: url,
    database,
    master,
    stateDir,
    tenants,
    delivered,
    audit,
    compliance,
    transports,
    waived,
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

const TENANTS = ['acme', 'globex'];

/** A database of its own, or the other replica's with connections of its own. */
async function databaseOf(stack: AsyncDisposableStack, beside: RunningSecurity | undefined) {
  if (!beside) return stack.use(await testDatabase<Schema>({ migrations: databaseMigrations }));
  const url = beside.databaseUrl;
  return { url, database: stack.use(await openDatabase<Schema>({ url, migrations: databaseMigrations, poolSize: 5 })) };
}

const into =
  (delivered: Event[], audit: FakeAudit, watched: { incidents?: IncidentWatch }) =>
  async (events: Event[]): Promise<void> => {
    delivered.push(...events);
    audit.record(events);
    await watched.incidents?.delivered(events);
  };

async function serveBindings(
  stack: AsyncDisposableStack,
  bindings: readonly Binding[],
  parts: SecurityParts,
  journal: Journal,
): Promise<number> {
  const server = await serve({
    service: SERVICE,
    settings: { ...z.object(rpcSettings(7002)).parse({ GRPC_LISTEN: '127.0.0.1:0' }), RATE_LIMIT_PER_MINUTE: 1e6 },
    bindings,
    verifier: parts.verifier,
    journal,
    checks: {},
    log: pino({ level: 'silent' }),
    metrics: openMetrics(),
  });
  return stack.use(server).port;
}

// prom-client types the format into the registry, which would spread to everything that registers a metric.
function openMetrics(): Registry {
  const registry = new Registry<RegistryContentType>();
  registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
  return registry as Registry;
}
