import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { outboxMigrations, startJournal, type AuditJournal } from '@weir/audit-outbox';
import { createClient, openChannel, type Client } from '@weir/client';
import type { Principal } from '@weir/context';
import { AuditServiceDefinition, Event, Outcome, type RecordedEvent } from '@weir/contracts/audit';
import { Sensitivity } from '@weir/contracts/options';
import { reason } from '@weir/errors';
import { rpcSettings, serve, type Verifier } from '@weir/rpc';
import { testDatabase, type TestDatabase } from '@weir/testing';
import { pino } from 'pino';
import { Registry, type RegistryContentType } from 'prom-client';
import { z } from 'zod';
import { startAuditLog, type AuditLog } from '../log/audit-log.ts';
import { logKeys } from '../log/log-keys.ts';
import { auditBindings } from '../service.ts';
import { postgresStores } from '../store/postgres-stores.ts';
import { auditMigrations, type Schema } from '../store/schema.ts';

/** Who a test calls as. */
export type Caller = Pick<Principal, 'subject' | 'kind' | 'tenant'> & { permissions: readonly string[] };

/** The audit service as a test runs it: real interceptors, real PostgreSQL, its own journal. */
export interface TestAudit extends AsyncDisposable {
  readonly database: TestDatabase<Schema>;
  readonly log: AuditLog;
  readonly journal: AuditJournal;
  readonly port: number;
  as(caller: Caller): Client<typeof AuditServiceDefinition>;
  /** Records events of the agent service in the log of a tenant. */
  record(
    tenant: string,
    count: number,
    fields?: (at: number) => Partial<Event>,
  ): Promise<{ events: Event[]; answer: RecordedEvent[] }>;
}

let tenants = 0;

/** A tenant that no other test of the file writes to. */
export const freshTenant = (): string => `tenant-${(tenants += 1)}-x`;

/** A service of Weir. */
export const service = (name: string): Caller => ({
  subject: `principals/${name}`,
  kind: 'service',
  tenant: undefined,
  permissions: [],
});

/** A user of a tenant. */
export const userOf = (tenant: string, ...permissions: string[]): Caller => ({
  subject: `tenants/${tenant}/principals/someone`,
  kind: 'user',
  tenant,
  permissions,
});

/** A platform administrator. */
export const admin: Caller = {
  subject: 'principals/admin',
  kind: 'user',
  tenant: undefined,
  permissions: ['read', 'write', 'delete', 'admin', 'pipeline', 'model', 'query'],
};

/** The key that every test audit signs with. */
export const testKey = generateKeyPairSync('ed25519').privateKey;

// The only format with exemplars, which the server's metrics carry.
function openMetrics(): Registry {
  const registry = new Registry<RegistryContentType>();
  registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
  return registry as Registry;
}

const settings = z.object(rpcSettings(0)).parse({});

/** How a test audit differs from the usual. */
export interface TestAuditOptions {
  readonly queueLimit?: number;
  readonly clock?: () => Date;
  /** Another one whose database it works on: a replica. */
  readonly sharing?: TestAudit;
}

/** Starts the audit service for a test. */
export async function startTestAudit(options: TestAuditOptions = {}): Promise<TestAudit> {
  const stack = new AsyncDisposableStack();
  const migrations = [outboxMigrations, auditMigrations];
  const database = options.sharing?.database ?? stack.use(await testDatabase<Schema>({ migrations }));
  const keys = logKeys('weir.example', testKey);
  const silent = pino({ level: 'silent' });
  const clock = options.clock ?? (() => new Date());
  const limits = { queueLimit: options.queueLimit ?? 20_000, sweepMs: 3_600_000 };
  const log = stack.use(startAuditLog({ ...postgresStores(database.database), ...limits, keys, log: silent, clock }));
  const { deliver } = log;
  const journal = stack.use(
    startJournal({ service: 'audit', database: database.database, deliver, log: silent, limit: 10_000 }),
  );
  const parts = { service: 'audit', settings, verifier, journal, log: silent, metrics: openMetrics() };
  const server = stack.use(await serve({ ...parts, bindings: auditBindings(log), checks: {} }));
  const as = (caller: Caller) => {
    const channel = stack.use(openChannel({ address: `127.0.0.1:${server.port}`, tokens: tokenOf(caller) }));
    return createClient(AuditServiceDefinition, channel);
  };
  return {
    database,
    log,
    journal,
    port: server.port,
    as,
    async record(tenant, count, fields = () => ({})) {
      const events = Array.from({ length: count }, (_, at) =>
        sampleEvent({ tenant: `tenants/${tenant}`, ...fields(at) }),
      );
      const answer = await as(service('agent')).recordEvents({ events });
      return { events, answer: answer.events };
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

const tokenOf = (caller: Caller) => {
  const token = Buffer.from(JSON.stringify(caller)).toString('base64url');
  return { token: () => token, refused: () => undefined };
};

const verifier: Verifier = {
  verify(token) {
    const caller = JSON.parse(Buffer.from(token, 'base64url').toString()) as Caller;
    if (!caller.subject) throw reason('TOKEN_INVALID', { problem: 'no subject' });
    return {
      ...caller,
      tenant: caller.tenant,
      roles: [],
      permissions: new Set(caller.permissions),
      tokenId: 'test',
      issuedAt: 0,
      expiresAt: Date.now() + 60_000,
      actor: undefined,
    };
  },
};

/** An event of the agent service, valid as it is. */
export const sampleEvent = (fields: Partial<Event> = {}): Event =>
  Event.fromPartial({
    id: randomUUID(),
    time: new Date('2026-11-01T12:00:00.123Z'),
    tenant: 'tenants/acme',
    principal: 'tenants/acme/principals/etl',
    service: 'agent',
    method: 'weir.agent.v1.AgentService/ProcessData',
    type: 'data_processing_request',
    resource: 'tenants/acme/jobs/j-1',
    sensitivity: Sensitivity.MEDIUM,
    outcome: Outcome.SUCCEEDED,
    traceId: '0af7651916cd43dd8448eb211c80319c',
    details: { rows: 10, note: 'Flights of Ångström' },
    ...fields,
  });
