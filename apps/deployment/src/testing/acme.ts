import type { Client } from '@weir/client';
import type { DeploymentServiceDefinition, DeploymentSpec, Route } from '@weir/contracts/deployment';
import { Environment, Lifecycle, TenantState } from '@weir/contracts/registry';
import type { DeepPartial } from '@weir/contracts';
import type { WeirError } from '@weir/errors';
import { serviceToken } from '@weir/testing';
import {
  emptyWorld,
  engineer,
  tenantNamed,
  versionNamed,
  type TestDeployment,
  type World,
} from './start-deployment.ts';

/** The tenant of most tests. */
export const PARENT = 'tenants/acme';
/** A dataset of it. */
export const DATASET = `${PARENT}/datasets/sample`;
const COMPONENT = 'components/flights';

/** A world with the tenant acme, a suspended one, and versions of one component; see the test worker for what they do. */
export function acmeWorld(): World {
  const world = emptyWorld();
  world.tenants.set(PARENT, tenantNamed('acme'));
  world.tenants.set('tenants/idle', tenantNamed('idle', { state: TenantState.SUSPENDED }));
  world.datasets.add(DATASET);
  const versions = [
    ...['1.0.0', '1.1.0', '8.0.0', '9.0.0'].map((version) => versionNamed('flights', version)),
    versionNamed('flights', '0.9.0', { lifecycle: Lifecycle.SUNSET }),
  ];
  for (const version of versions) world.components.set(version.name, version);
  return world;
}

/** A duration of so many seconds. */
export const seconds = (value: number) => ({
  seconds: BigInt(Math.floor(value)),
  nanos: Math.round((value % 1) * 1e9),
});

type Fields = DeepPartial<DeploymentSpec>;

/** A quick rollout with smoke runs and no rollback window. */
export const specOf = (version: string, fields: Fields = {}): Fields => ({
  environment: Environment.PRODUCTION,
  component: COMPONENT,
  version,
  ...fields,
  strategy: {
    smokeDataset: DATASET,
    analysis: { window: seconds(1), smokeRuns: 3, maxP95Ratio: 100 },
    drainTimeout: seconds(5),
    rollbackWindow: seconds(0),
    ...fields.strategy,
  },
});

/** A client of a data engineer of acme. */
export const acmeOf = (service: TestDeployment): Client<typeof DeploymentServiceDefinition> =>
  service.as(engineer('acme'));

/** Starts a rollout; answers its name. */
export async function rollOut(service: TestDeployment, version: string, fields: Fields = {}): Promise<string> {
  const request = { parent: PARENT, spec: specOf(version, fields), reason: 'test' };
  const { deployment } = await acmeOf(service).createDeployment(request);
  return deployment?.name ?? '';
}

/** The error of a call that is refused. */
export async function failure(call: Promise<unknown>): Promise<WeirError> {
  try {
    await call;
  } catch (error) {
    return error as WeirError;
  }
  throw new Error('it was not refused');
}

/** The routes as a fresh watcher sees them. */
export async function routes(service: TestDeployment, token = serviceToken('agent')): Promise<Route[]> {
  const found: Route[] = [];
  for await (const { event } of service.as(token).watchRoutes({}, { timeoutMs: 30_000 })) {
    if (event?.$case === 'put') found.push(event.value);
    if (event?.$case === 'bookmark') break;
  }
  return found;
}
