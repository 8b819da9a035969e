import { startJournal } from '@weir/audit-outbox';
import type { Client } from '@weir/client';
import type { Event } from '@weir/contracts/audit';
import { DeploymentServiceDefinition, type Deployment } from '@weir/contracts/deployment';
import {
  Clearance,
  ComponentVersion,
  Environment,
  Lifecycle,
  RecordDeploymentUseResponse,
  Tenant,
  TenantState,
  type RecordDeploymentUseRequest,
} from '@weir/contracts/registry';
import type { DeepPartial } from '@weir/contracts';
import { reason } from '@weir/errors';
import { serviceToken, startTestServer, testDatabase, tokenFor, type TestDatabase } from '@weir/testing';
import { join } from 'node:path';
import { pino } from 'pino';
import { startDeployment, type DeploymentParts } from '../parts.ts';
import { deploymentBindings } from '../service.ts';
import { databaseMigrations, type Schema } from '../store/schema.ts';
import { localTarget } from '../target/local-target.ts';
import type { Target } from '../target/target.ts';

const log = pino({ level: process.env['TEST_LOG'] ?? 'silent' });

/** What the registry and the agent say in a test. */
export interface World {
  readonly tenants: Map<string, Tenant>;
  readonly components: Map<string, ComponentVersion>;
  readonly datasets: Set<string>;
  readonly uses: DeepPartial<RecordDeploymentUseRequest>[];
}

/** The deployment service in process, on a database and worker processes of its own. */
export interface TestDeployment extends AsyncDisposable {
  readonly world: World;
  readonly events: Event[];
  readonly parts: DeploymentParts;
  readonly target: Target;
  readonly address: string;
  /** A client that calls as a tenant's user, or as a service. */
  as(token: string): Client<typeof DeploymentServiceDefinition>;
  /** Stops everything but the database, as a stop or a crash of the service would. */
  stop(): Promise<void>;
}

/** A tenant that may deploy everywhere. */
export const tenantNamed = (id: string, fields: Partial<Tenant> = {}): Tenant =>
  Tenant.fromPartial({
    name: `tenants/${id}`,
    state: TenantState.ACTIVE,
    clearanceCeiling: Clearance.RESTRICTED,
    allowedEnvironments: [Environment.DEVELOPMENT, Environment.STAGING, Environment.PRODUCTION],
    ...fields,
  });

/** A pipeline that reads one dataset. */
export const versionNamed = (component: string, version: string, fields: Partial<ComponentVersion> = {}) =>
  ComponentVersion.fromPartial({
    name: `components/${component}/versions/${version}`,
    digest: `sha256:${version.replace(/\D/g, '').padEnd(64, '0')}`,
    lifecycle: Lifecycle.ACTIVE,
    clearance: Clearance.INTERNAL,
    resources: { cpuMillicores: 100, memoryBytes: 64n * 1024n ** 2n },
    runtime: {
      kind: {
        $case: 'pipeline',
        value: { steps: [{ id: 'rows', config: { $case: 'read', value: { dataset: '' } } }] },
      },
    },
    ...fields,
  });

/** A world without tenants. */
export const emptyWorld = (): World => ({
  tenants: new Map(),
  components: new Map(),
  datasets: new Set(),
  uses: [],
});

const fakeRegistry = ({ tenants, components, uses }: World) => ({
  registry: {
    async tenant(name: string) {
      const tenant = tenants.get(name);
      if (!tenant) throw reason('TENANT_NOT_FOUND', { tenant: name });
      return tenant;
    },
    async component(_tenant: string, name: string) {
      const component = components.get(name);
      if (!component) throw reason('COMPONENT_NOT_FOUND', { name });
      return component;
    },
  },
  usage: {
    async recordDeploymentUse(request: DeepPartial<RecordDeploymentUseRequest>) {
      uses.push(request);
      return RecordDeploymentUseResponse.create();
    },
  },
});

const fakeDatasets = ({ datasets }: World) => ({
  async require(name: string) {
    if (!datasets.has(name)) throw reason('DATASET_NOT_FOUND', { name });
  },
  async locate(name: string) {
    return {
      place: { $case: 'path' as const, value: `/data/${name}` },
      format: 3 as const,
      csv: undefined,
      expiresAt: undefined,
    };
  },
});

/** A database of the service, for services that come and go. */
export const deploymentDatabase = (): Promise<TestDatabase<Schema>> =>
  testDatabase<Schema>({ migrations: databaseMigrations });

/** Starts the service on a database. */
export async function startTestDeployment({ database }: TestDatabase<Schema>, world: World): Promise<TestDeployment> {
  await using starting = new AsyncDisposableStack();
  const events: Event[] = [];
  const deliver = async (batch: Event[]): Promise<void> => void events.push(...batch);
  const journal = starting.use(startJournal({ service: 'deployment', database, deliver, log, limit: 1_000 }));
  const target = localTarget({
    entry: join(import.meta.dirname, 'test-worker-main.ts'),
    env: process.env,
    startTimeoutMs: 20_000,
    stopGraceMs: 500,
    log,
  });
  const parts = starting.use(
    startDeployment({
      database,
      journal,
      ...fakeRegistry(world),
      datasets: fakeDatasets(world),
      target,
      tokens: { token: () => serviceToken('deployment'), refused: () => undefined },
      tls: {},
      log,
    }),
  );
  const server = starting.use(
    await startTestServer({ service: 'deployment', bindings: deploymentBindings(parts), journal }),
  );
  const stack = starting.move();
  const stop = (): Promise<void> => stack.disposeAsync();
  return {
    world,
    events,
    parts,
    target,
    address: server.address,
    as: (token) => server.client(DeploymentServiceDefinition, token),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

/** A data engineer of a tenant. */
export const engineer = (tenant: string): string =>
  tokenFor({ subject: `tenants/${tenant}/principals/eng`, permissions: ['read', 'write', 'pipeline'] });

/** Follows a deployment until it is as wanted, and answers it then. */
export async function until(
  client: Client<typeof DeploymentServiceDefinition>,
  name: string,
  holds: (deployment: Deployment) => boolean,
): Promise<Deployment> {
  let last: Deployment | undefined;
  for await (const { deployment } of client.watchDeployment({ name }, { timeoutMs: 50_000 })) {
    last = deployment;
    if (deployment && holds(deployment)) return deployment;
  }
  throw new Error(`${name} ended in phase ${last?.phase}: ${last?.failure?.description ?? ''}`);
}
