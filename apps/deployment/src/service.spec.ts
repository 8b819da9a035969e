import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { createClient, openChannel } from '@weir/client';
import { WorkerServiceDefinition } from '@weir/contracts/agent';
import { Phase, Promotion, type DeploymentSpec, type Route } from '@weir/contracts/deployment';
import { Environment, Lifecycle, TenantState } from '@weir/contracts/registry';
import type { DeepPartial } from '@weir/contracts';
import type { WeirError } from '@weir/errors';
import { serviceToken } from '@weir/testing';
import type { TestDatabase } from '@weir/testing';
import type { Schema } from './store/schema.ts';
import {
  deploymentDatabase,
  emptyWorld,
  engineer,
  startTestDeployment,
  tenantNamed,
  until,
  versionNamed,
  type TestDeployment,
  type World,
} from './testing/start-deployment.ts';

const PARENT = 'tenants/acme';
const DATASET = `${PARENT}/datasets/sample`;
const seconds = (value: number) => ({ seconds: BigInt(Math.floor(value)), nanos: (value % 1) * 1e9 });

let database: TestDatabase<Schema>;
let world: World;
let service: TestDeployment;

beforeAll(async () => {
  world = emptyWorld();
  world.tenants.set(PARENT, tenantNamed('acme'));
  world.tenants.set('tenants/idle', tenantNamed('idle', { state: TenantState.SUSPENDED }));
  world.datasets.add(DATASET);
  for (const version of ['1.0.0', '1.1.0', '8.0.0', '9.0.0']) {
    world.components.set(`components/flights/versions/${version}`, versionNamed('flights', version));
  }
  const old = versionNamed('flights', '0.9.0', { lifecycle: Lifecycle.SUNSET });
  world.components.set(old.name, old);
  database = await deploymentDatabase();
  service = await startTestDeployment(database, world);
}, 60_000);
afterAll(async () => {
  await service[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

const acme = () => service.as(engineer('acme'));

const specOf = (
  version: string,
  fields: DeepPartial<DeploymentSpec> = {},
  environment = Environment.PRODUCTION as number,
) => ({
  environment: environment as 3,
  component: 'components/flights',
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

async function rollOut(
  version: string,
  fields: DeepPartial<DeploymentSpec> = {},
  environment?: number,
): Promise<string> {
  const spec = specOf(version, fields, environment);
  const { deployment } = await acme().createDeployment({ parent: PARENT, spec, reason: 'test' });
  return deployment?.name ?? '';
}

async function failure(call: Promise<unknown>): Promise<WeirError> {
  return call.then(
    () => {
      throw new Error('it was not refused');
    },
    (error: unknown) => error as WeirError,
  );
}

/** The routes as a fresh watcher sees them. */
async function routes(token = serviceToken('agent')): Promise<Route[]> {
  const found: Route[] = [];
  for await (const { event } of service.as(token).watchRoutes({}, { timeoutMs: 5_000 })) {
    if (event?.$case === 'put') found.push(event.value);
    if (event?.$case === 'bookmark') break;
  }
  return found;
}
async function countMessages(messages: AsyncIterable<unknown>): Promise<number> {
  let count = 0;
  for await (const _ of messages) count += 1;
  return count;
}
const phases = (history: readonly { phase: number }[]) => history.map(({ phase }) => phase);

describe('a first rollout', () => {
  it('comes up, is validated by smoke runs, and serves', async () => {
    const name = await rollOut('1.0.0');
    const ended = await until(acme(), name, ({ settled }) => settled);

    expect(phases(ended.history)).toEqual([
      Phase.PENDING,
      Phase.PROVISIONING,
      Phase.VALIDATING,
      Phase.SWITCHING,
      Phase.DRAINING,
      Phase.SUCCEEDED,
    ]);
    expect(ended.checks.map(({ kind, result }) => [kind, result])).toEqual([
      [1, 1],
      [2, 1],
      [3, 1],
      [4, 1],
    ]);
    const [route] = await routes();
    expect(route).toMatchObject({
      tenant: PARENT,
      version: '1.0.0',
      generation: 1n,
      deployment: name,
      readyReplicas: 1,
    });
    expect(route?.endpoints).toHaveLength(1);
  }, 30_000);

  it('is told to the registry, and leaves an audit event for every phase', async () => {
    await wait(1_200);
    expect(world.uses[0]).toMatchObject({ components: ['components/flights/versions/1.0.0'], generation: 1n });
    const phasesTold = service.events.filter(({ type }) => type === 'deployment_phase');
    expect(phasesTold.map(({ details }) => details?.['phase'])).toEqual(
      expect.arrayContaining(['PENDING', 'PROVISIONING', 'VALIDATING', 'SWITCHING', 'DRAINING', 'SUCCEEDED']),
    );
  });
});

describe('the next version', () => {
  it('takes over while work in flight on the old colour ends by itself', async () => {
    const [before] = await routes();
    const channel = openChannel({
      address: before?.endpoints[0]?.address ?? '',
      tokens: { token: () => serviceToken('agent'), refused: () => undefined },
    });
    const worker = createClient(WorkerServiceDefinition, channel);
    const name = await rollOut('1.1.0');
    await until(acme(), name, ({ phase }) => phase >= Phase.VALIDATING);
    const long = countMessages(
      worker.execute({ tenant: PARENT, parameters: { ms: { value: { $case: 'integer', value: 2_500n } } } }),
    );
    const ended = await until(acme(), name, ({ settled }) => settled);

    expect(await long).toBe(1);
    await channel[Symbol.asyncDispose]();
    expect(ended).toMatchObject({ phase: Phase.SUCCEEDED, cutOffCount: 0 });
    expect(ended.checks.map(({ kind }) => kind)).toEqual([1, 2, 3, 4, 5]);
    expect(ended.colours.map(({ version, state }) => [version, state])).toEqual([
      ['1.1.0', 3],
      ['1.0.0', 6],
    ]);
    const [route] = await routes();
    expect(route).toMatchObject({ version: '1.1.0', generation: 2n, deployment: name });
  }, 30_000);

  it('does not take over when its smoke runs fail', async () => {
    const name = await rollOut('8.0.0');
    const ended = await until(acme(), name, ({ settled }) => settled);

    expect(ended).toMatchObject({
      phase: Phase.FAILED,
      failure: { reason: 'VALIDATION_FAILED', phase: Phase.VALIDATING },
    });
    expect((await routes())[0]).toMatchObject({ version: '1.1.0', generation: 2n });
  }, 30_000);

  it('does not take over when its replicas do not start', async () => {
    const name = await rollOut('9.0.0');
    const ended = await until(acme(), name, ({ settled }) => settled);

    expect(ended).toMatchObject({ phase: Phase.FAILED, failure: { reason: 'REPLICAS_NOT_STARTING' } });
  }, 30_000);
});

describe('a rollout by hand', () => {
  it('waits for promotion, switches, and is rolled back in one step', async () => {
    const strategy = { promotion: Promotion.MANUAL, rollbackWindow: seconds(60), smokeDataset: '' };
    const name = await rollOut('1.0.0', { strategy });
    const early = await failure(acme().promoteDeployment({ name }));
    expect(early.reason).toBe('NOT_AWAITING_PROMOTION');
    const waiting = await until(acme(), name, ({ phase }) => phase === Phase.AWAITING_PROMOTION);

    const stale = await failure(acme().promoteDeployment({ name, etag: '1' }));
    expect(stale.reason).toBe('ETAG_MISMATCH');
    const { deployment } = await acme().promoteDeployment({ name, etag: waiting.etag, reason: 'looks good' });
    expect(deployment?.phase).toBe(Phase.SWITCHING);
    await until(acme(), name, ({ phase }) => phase === Phase.SUCCEEDED);
    expect((await failure(acme().abortDeployment({ name, reason: 'no' }))).reason).toBe('ALREADY_SWITCHED');
    expect((await routes())[0]).toMatchObject({ version: '1.0.0', generation: 3n });

    await acme().rollbackDeployment({ name, reason: 'too slow' });
    const ended = await until(acme(), name, ({ settled }) => settled);
    expect(ended).toMatchObject({ phase: Phase.ROLLED_BACK, failure: { reason: 'ROLLED_BACK_BY_CALLER' } });
    expect((await routes())[0]).toMatchObject({ version: '1.1.0', generation: 4n });
    expect((await failure(acme().freezeDeployment({ name, reason: 'late' }))).reason).toBe('DEPLOYMENT_SETTLED');
  }, 30_000);

  it('is frozen, and aborted by who may', async () => {
    const strategy = { promotion: Promotion.MANUAL, smokeDataset: '' };
    const name = await rollOut('1.0.0', { strategy });
    const second = await failure(rollOut('1.1.0'));
    expect(second).toMatchObject({ reason: 'ROLLOUT_IN_PROGRESS', metadata: { deployment: name } });
    await acme().freezeDeployment({ name, reason: 'a look at it' });
    await wait(1_500);
    const { deployment } = await acme().getDeployment({ name });
    expect(deployment?.freeze).toMatchObject({ reason: 'a look at it', actor: 'tenants/acme/principals/eng' });
    expect(deployment?.phase).toBeLessThanOrEqual(Phase.PROVISIONING);

    await acme().abortDeployment({ name, reason: 'not today' });
    const ended = await until(acme(), name, ({ settled }) => settled);
    expect(ended).toMatchObject({ phase: Phase.ABORTED, failure: { reason: 'ABORTED_BY_CALLER' } });
    const { revisions } = await acme().listRevisions({
      parent: PARENT,
      environment: Environment.PRODUCTION,
      component: 'components/flights',
      pageSize: 2,
    });
    expect(revisions.map(({ number }) => number)).toEqual([6n, 5n]);
  }, 30_000);
});

describe('the service', () => {
  it('refuses before anything starts what cannot be', async () => {
    const refusal = async (parent: string, spec: DeepPartial<DeploymentSpec>) =>
      (await failure(service.as(engineer(parent.slice(8))).createDeployment({ parent, spec }))).reason;

    expect(await refusal('tenants/idle', specOf('1.0.0', { strategy: { smokeDataset: '' } }))).toBe('TENANT_SUSPENDED');
    expect(await refusal(PARENT, specOf('2.0.0'))).toBe('COMPONENT_NOT_FOUND');
    expect(await refusal(PARENT, specOf('0.9.0'))).toBe('VERSION_SUNSET');
    expect(await refusal(PARENT, specOf('1.0.0', {}, 4))).toBe('ENVIRONMENT_NOT_ALLOWED');
    expect(await refusal(PARENT, specOf('1.0.0', { strategy: { smokeDataset: `${PARENT}/datasets/none` } }))).toBe(
      'DATASET_NOT_FOUND',
    );
    expect(
      (await failure(service.as(engineer('other')).createDeployment({ parent: PARENT, spec: specOf('1.0.0') }))).reason,
    ).toBe('FOREIGN_TENANT');
  });

  it('answers a repeated request as the first time', async () => {
    const request = { parent: PARENT, spec: specOf('1.0.0', {}, Environment.STAGING), requestId: randomUUID() };
    const first = await acme().createDeployment(request);
    const again = await acme().createDeployment(request);
    expect(again).toEqual(first);
    await acme().abortDeployment({ name: first.deployment?.name ?? '', reason: 'enough' });
  });

  it('replaces a replica of the active colour that died', async () => {
    const [route] = await routes();
    service.target.kill(route?.deployment ?? '', [route?.endpoints[0]?.replica ?? '']);
    let replica = route?.endpoints[0]?.replica;
    for (let tries = 0; tries < 100 && (!replica || replica === route?.endpoints[0]?.replica); tries += 1) {
      await wait(100);
      replica = (await routes())[0]?.endpoints[0]?.replica;
    }
    expect(replica).toBeDefined();
    expect(replica).not.toBe(route?.endpoints[0]?.replica);
  }, 20_000);

  it('goes on after a restart where it was, and brings the active colour up again', async () => {
    const name = await rollOut('1.0.0', { strategy: { analysis: { window: seconds(2) } } });
    await until(acme(), name, ({ phase }) => phase === Phase.VALIDATING);
    await service.stop();
    service = await startTestDeployment(database, world);

    const ended = await until(acme(), name, ({ settled }) => settled);
    expect(ended.phase).toBe(Phase.SUCCEEDED);
    expect((await routes())[0]).toMatchObject({ version: '1.0.0', generation: 5n, readyReplicas: 1 });
  }, 30_000);

  it('shows a tenant its own routes only, without endpoints', async () => {
    expect((await routes(engineer('acme')))[0]).toMatchObject({ version: '1.0.0', endpoints: [], readyReplicas: 1 });
    expect(await routes(engineer('other'))).toEqual([]);
  });
});
