import { startJournal, type AuditJournal } from '@weir/audit-outbox';
import { fixedToken, openChannel } from '@weir/client';
import type { Event } from '@weir/contracts/audit';
import type { Database } from '@weir/database';
import { serviceToken, startTestServer, testDatabase, type TestDatabase, type TestServer } from '@weir/testing';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { z } from 'zod';
import { buildAgent, type AgentParts } from '../agent-parts.ts';
import { settings as agentSettings, type Settings } from '../config.ts';
import { startHousekeeping } from '../housekeeping/housekeeping.ts';
import { agentBindings } from '../service.ts';
import { agentMigrations, type Schema } from '../store/schema.ts';
import type { WorkerStarter } from '../workers/agent-workers.ts';
import { fakeAccess, type FakeAccess } from './fake-access.ts';
import { fakeCrypto, type FakeCrypto } from './fake-crypto.ts';
import { fakeDeployment, type FakeDeployment } from './fake-deployment.ts';
import { fakeRegistry, type FakeRegistry } from './fake-registry.ts';
import { scriptedWorker } from './scripted-worker.ts';

/** What agents of a test share: database, files, and the services that they call. */
export interface TestMesh extends AsyncDisposable {
  readonly stateDir: string;
  readonly database: TestDatabase<Schema>;
  readonly registry: FakeRegistry;
  readonly registryServer: TestServer;
  readonly access: FakeAccess;
  readonly crypto: FakeCrypto;
  readonly securityServer: TestServer;
  readonly deployment: FakeDeployment;
  readonly deploymentServer: TestServer;
  /** What the audit service got. */
  readonly events: Event[];
}

/** An agent that serves. */
export interface TestAgent extends AsyncDisposable {
  readonly parts: AgentParts;
  readonly server: TestServer;
  readonly journal: AuditJournal;
  /** Ends it as a crash would: nothing is cleaned up, nothing is told. */
  crash(): void;
}

/** A database, a state folder, a registry and a deployment service. */
export async function startTestMesh(): Promise<TestMesh> {
  await using starting = new AsyncDisposableStack();
  const stateDir = await mkdtemp(join(tmpdir(), 'weir-agent-'));
  starting.defer(() => rm(stateDir, { recursive: true, force: true }));
  const database = starting.use(await testDatabase<Schema>({ migrations: agentMigrations }));
  const registry = fakeRegistry();
  const registryServer = starting.use(await startTestServer({ service: 'registry', bindings: registry.bindings }));
  const access = fakeAccess();
  const crypto = fakeCrypto();
  const securityServer = starting.use(
    await startTestServer({ service: 'security', bindings: [...access.bindings, crypto.binding] }),
  );
  const deployment = fakeDeployment();
  const deploymentServer = starting.use(
    await startTestServer({ service: 'deployment', bindings: deployment.bindings }),
  );
  const stack = starting.move();
  const events: Event[] = [];
  const mesh = {
    stateDir,
    database,
    registry,
    registryServer,
    access,
    crypto,
    securityServer,
    deployment,
    deploymentServer,
    events,
  };
  return { ...mesh, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

/** What one test wants different. */
export interface TestAgentOptions {
  readonly settings?: Partial<Settings>;
  readonly startWorker?: WorkerStarter;
}

let workers = 0;

/** Starts an agent on a mesh; its workers are scripted unless told otherwise. */
export async function startTestAgent(mesh: TestMesh, options: TestAgentOptions = {}): Promise<TestAgent> {
  await using starting = new AsyncDisposableStack();
  const mortal = mortalDatabase(mesh.database.database);
  const { database } = mortal;
  const log = pino({ level: 'silent' });
  const tokens = fixedToken(serviceToken('agent'));
  const registry = starting.use(openChannel({ address: mesh.registryServer.address, tokens }));
  const security = starting.use(openChannel({ address: mesh.securityServer.address, tokens }));
  const deployment = starting.use(openChannel({ address: mesh.deploymentServer.address, tokens }));
  const settings = { ...defaults(mesh.stateDir), ...options.settings };
  const startWorker = options.startWorker ?? (async () => scriptedWorker(`worker-${(workers += 1)}`));
  const deliver = async (events: Event[]): Promise<void> => void mesh.events.push(...events);
  const journal = starting.use(startJournal({ service: 'agent', database, deliver, log, limit: 100_000 }));
  const metrics = new Registry();
  const parts = buildAgent(
    { database, journal, settings, registry, security, deployment, tokens, tls: {}, startWorker, log, metrics },
    starting,
  );
  const housekeeping = await startHousekeeping({ ...parts, log, instanceTtlMs: 1_000 });
  starting.use(housekeeping);
  const server = starting.use(await startTestServer({ service: 'agent', bindings: agentBindings(parts), journal }));
  const stack = starting.move();
  const crash = (): void => {
    mortal.kill();
    void registry[Symbol.asyncDispose]();
  };
  return { parts, server, journal, crash, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

/** A database that one process loses for good when it is killed. */
function mortalDatabase(shared: Database<Schema>) {
  let isDead = false;
  const within: Database<Schema>['within'] = async (scope, work, how) => {
    if (isDead) throw new Error('this process was killed');
    return shared.within(scope, work, how);
  };
  const database: Database<Schema> = { ...shared, within, transaction: within };
  return { database, kill: () => void (isDead = true) };
}

const defaults = (stateDir: string): Settings => {
  const given = { DATABASE_URL: 'postgresql://test@localhost/test', CLIENT_SECRET_FILE: '/dev/null' };
  return {
    ...z.parse(agentSettings, given),
    WEIR_STATE_DIR: stateDir,
    PLAINTEXT_DIR: join(stateDir, 'plaintext'),
    JOB_SLOT_TTL: 300,
  };
};
