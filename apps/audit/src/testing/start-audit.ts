import { outboxMigrations } from '@weir/audit-outbox';
import { createClient, openChannel, type Client } from '@weir/client';
import { AuditServiceDefinition, type Event, type RecordedEvent } from '@weir/contracts/audit';
import { testDatabase, type TestDatabase } from '@weir/testing';
import { auditMigrations, type Schema } from '../store/schema.ts';
import { service, tokenOf, type Caller } from './callers.ts';
import { sampleEvent } from './sample-event.ts';
import { serveAudit, type ServeAuditOptions, type ServedAudit } from './serve-audit.ts';

export { admin, service, userOf } from './callers.ts';
export { sampleEvent } from './sample-event.ts';

/** The audit service as a test runs it: real interceptors, real PostgreSQL, its own journal. */
export interface TestAudit extends ServedAudit {
  readonly database: TestDatabase<Schema>;
  as(caller: Caller): Client<typeof AuditServiceDefinition>;
  /** Records events of the agent service in the log of a tenant. */
  record(
    tenant: string,
    count: number,
    fields?: (at: number) => Partial<Event>,
  ): Promise<{ events: Event[]; answer: RecordedEvent[] }>;
}

/** How a test audit differs from the usual. */
export interface TestAuditOptions extends Omit<ServeAuditOptions, 'database'> {
  /** Another one whose database it works on: a replica. */
  readonly sharing?: TestAudit;
}

let tenants = 0;

/** A tenant that no other test of the file writes to. */
export const freshTenant = (): string => `tenant-${(tenants += 1)}-x`;

/** Starts the audit service for a test. */
export async function startTestAudit({ sharing, ...options }: TestAuditOptions = {}): Promise<TestAudit> {
  const stack = new AsyncDisposableStack();
  const migrations = [outboxMigrations, auditMigrations];
  const database = sharing?.database ?? stack.use(await testDatabase<Schema>({ migrations }));
  const served = stack.use(await serveAudit({ ...options, database: database.database }));
  const clients = new Map<string, Client<typeof AuditServiceDefinition>>();

  const as = (caller: Caller): Client<typeof AuditServiceDefinition> => {
    const known = clients.get(JSON.stringify(caller));
    if (known) return known;
    const channel = stack.use(openChannel({ address: `127.0.0.1:${served.port}`, tokens: tokenOf(caller) }));
    const client = createClient(AuditServiceDefinition, channel);
    clients.set(JSON.stringify(caller), client);
    return client;
  };
  return {
    ...served,
    database,
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
