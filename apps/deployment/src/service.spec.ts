import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { Phase, type DeploymentSpec } from '@weir/contracts/deployment';
import { Environment } from '@weir/contracts/registry';
import type { DeepPartial } from '@weir/contracts';
import type { TestDatabase } from '@weir/testing';
import type { Schema } from './store/schema.ts';
import { acmeOf, acmeWorld, failure, PARENT, rollOut, routes, seconds, specOf } from './testing/acme.ts';
import {
  deploymentDatabase,
  engineer,
  startTestDeployment,
  until,
  type TestDeployment,
  type World,
} from './testing/start-deployment.ts';

let database: TestDatabase<Schema>;
let world: World;
let service: TestDeployment;

beforeAll(async () => {
  world = acmeWorld();
  database = await deploymentDatabase();
  service = await startTestDeployment(database, world);
  const first = await rollOut(service, '1.1.0');
  await until(acme(), first, ({ settled }) => settled);
}, 60_000);
afterAll(async () => {
  await service[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

const acme = () => acmeOf(service);

describe('the service', () => {
  it('refuses before anything starts what cannot be', async () => {
    const refusal = async (parent: string, spec: DeepPartial<DeploymentSpec>) =>
      (await failure(service.as(engineer(parent.slice(8))).createDeployment({ parent, spec }))).reason;

    expect(await refusal('tenants/idle', specOf('1.0.0', { strategy: { smokeDataset: '' } }))).toBe('TENANT_SUSPENDED');
    expect(await refusal(PARENT, specOf('2.0.0'))).toBe('COMPONENT_NOT_FOUND');
    expect(await refusal(PARENT, specOf('0.9.0'))).toBe('VERSION_SUNSET');
    expect(await refusal(PARENT, specOf('1.0.0', { environment: Environment.DISASTER_RECOVERY }))).toBe(
      'ENVIRONMENT_NOT_ALLOWED',
    );
    expect(await refusal(PARENT, specOf('1.0.0', { strategy: { smokeDataset: `${PARENT}/datasets/none` } }))).toBe(
      'DATASET_NOT_FOUND',
    );
    expect(
      (await failure(service.as(engineer('other')).createDeployment({ parent: PARENT, spec: specOf('1.0.0') }))).reason,
    ).toBe('FOREIGN_TENANT');
  });

  it('answers a repeated request as the first time', async () => {
    const request = {
      parent: PARENT,
      spec: specOf('1.0.0', { environment: Environment.STAGING }),
      requestId: randomUUID(),
    };
    const first = await acme().createDeployment(request);
    const again = await acme().createDeployment(request);
    expect(again).toEqual(first);
    await acme().abortDeployment({ name: first.deployment?.name ?? '', reason: 'enough' });
  });

  it('replaces a replica of the active colour that died', async () => {
    const [route] = await routes(service);
    service.target.kill(route?.deployment ?? '', [route?.endpoints[0]?.replica ?? '']);
    let replica = route?.endpoints[0]?.replica;
    for (let tries = 0; tries < 300 && (!replica || replica === route?.endpoints[0]?.replica); tries += 1) {
      await wait(100);
      replica = (await routes(service))[0]?.endpoints[0]?.replica;
    }
    expect(replica).toBeDefined();
    expect(replica).not.toBe(route?.endpoints[0]?.replica);
  });

  it('goes on after a restart where it was, and brings the active colour up again', async () => {
    const name = await rollOut(service, '1.0.0', {
      strategy: { analysis: { window: seconds(2), smokeRuns: 3, maxP95Ratio: 100 } },
    });
    await until(acme(), name, ({ phase }) => phase === Phase.VALIDATING);
    await service.stop();
    service = await startTestDeployment(database, world);

    const ended = await until(acme(), name, ({ settled }) => settled);
    expect(ended.phase).toBe(Phase.SUCCEEDED);
    expect((await routes(service))[0]).toMatchObject({ version: '1.0.0', generation: 2n, readyReplicas: 1 });
  });

  it('shows a tenant its own routes only, without endpoints', async () => {
    expect((await routes(service, engineer('acme')))[0]).toMatchObject({
      version: '1.0.0',
      endpoints: [],
      readyReplicas: 1,
    });
    expect(await routes(service, engineer('other'))).toEqual([]);
  });
});
