import { startJournal } from '@weir/audit-outbox';
import type { Client } from '@weir/client';
import { platformScope } from '@weir/context';
import type { Event } from '@weir/contracts/audit';
import { ComponentServiceDefinition, TenantServiceDefinition, UsageServiceDefinition } from '@weir/contracts/registry';
import {
  adminToken,
  serviceToken,
  startTestServer,
  testDatabase,
  tokenFor,
  type TestDatabase,
  type TestServer,
} from '@weir/testing';
import { setTimeout as wait } from 'node:timers/promises';
import { pino } from 'pino';
import { registryBindings } from '../service.ts';
import { registryMigrations, type Schema } from '../store/schema.ts';
import { postgresStores, type Stores } from '../stores.ts';
import { startChangeFeed } from '../watch/change-feed.ts';
import { behind, type Behind } from './behind.ts';

/** The three services of the registry, as one caller sees them. */
export interface RegistryClients {
  readonly tenants: Client<typeof TenantServiceDefinition>;
  readonly components: Client<typeof ComponentServiceDefinition>;
  readonly usage: Client<typeof UsageServiceDefinition>;
}

/** The registry as a test runs it: real interceptors, real PostgreSQL, the real journal. */
export interface TestRegistry extends AsyncDisposable {
  readonly database: TestDatabase<Schema>;
  readonly stores: Stores;
  readonly address: string;
  /** What the journal has delivered so far. */
  readonly events: readonly Event[];
  /** A platform administrator. */
  readonly admin: RegistryClients;
  /** The agent service. */
  readonly agent: RegistryClients;
  /** An administrator of a tenant. */
  of(tenant: string): RegistryClients;
  as(token: string): RegistryClients;
  /** The events about a resource, once they are delivered. */
  eventsOf(resource: string, type?: string): Promise<Event[]>;
  /** What no caller can do. */
  readonly behind: Behind;
}

const settings = { RATE_LIMIT_PER_MINUTE: 10_000_000, MAX_IN_FLIGHT_PER_PRINCIPAL: 100_000 };

/** Starts the registry for a test. */
export async function startTestRegistry({ poolSize = 10, acquireTimeoutMs = 10_000 } = {}): Promise<TestRegistry> {
  const stack = new AsyncDisposableStack();
  const test = stack.use(await testDatabase<Schema>({ migrations: registryMigrations, poolSize, acquireTimeoutMs }));
  const { database } = test;
  const events: Event[] = [];
  const deliver = (delivered: Event[]): Promise<void> => {
    events.push(...delivered);
    return Promise.resolve();
  };
  const journal = stack.use(
    startJournal({ service: 'registry', database, deliver, log: pino({ level: 'silent' }), limit: 100_000 }),
  );
  const stores = postgresStores(database);
  const feed = startChangeFeed(database, pino({ level: 'silent' }));
  const bindings = registryBindings(stores, feed);
  const server = stack.use(await startTestServer({ bindings, journal, settings }));
  stack.use(feed);
  const as = clientsOf(server);
  return {
    database: test,
    stores,
    address: server.address,
    events,
    admin: as(adminToken()),
    agent: as(serviceToken('agent')),
    of: (tenant) => as(tokenFor({ subject: `tenants/${tenant}/principals/admin` })),
    as,
    async eventsOf(resource, type) {
      await delivered(database);
      return events.filter((event) => event.resource === resource && (type === undefined || event.type === type));
    },
    behind: behind(database),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

/** Waits until the outbox is empty. */
async function delivered(database: TestDatabase<Schema>['database']): Promise<void> {
  for (;;) {
    const waiting = await database.within(platformScope(), (tx) =>
      tx.selectFrom('audit_outbox').select('id').execute(),
    );
    if (waiting.length === 0) return;
    await wait(20);
  }
}

/** One set of clients for each token. */
function clientsOf(server: TestServer): (token: string) => RegistryClients {
  const clients = new Map<string, RegistryClients>();
  const open = (token: string): RegistryClients => ({
    tenants: server.client(TenantServiceDefinition, token),
    components: server.client(ComponentServiceDefinition, token),
    usage: server.client(UsageServiceDefinition, token),
  });
  return (token) => {
    const known = clients.get(token) ?? open(token);
    clients.set(token, known);
    return known;
  };
}
