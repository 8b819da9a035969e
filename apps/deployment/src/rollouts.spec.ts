import { setTimeout as wait } from 'node:timers/promises';
import { createClient, openChannel } from '@weir/client';
import { WorkerServiceDefinition } from '@weir/contracts/agent';
import { Phase, Promotion } from '@weir/contracts/deployment';
import { Environment } from '@weir/contracts/registry';
import { serviceToken, type TestDatabase } from '@weir/testing';
import type { Schema } from './store/schema.ts';
import { acmeOf, acmeWorld, failure, PARENT, rollOut, routes, seconds } from './testing/acme.ts';
import {
  deploymentDatabase,
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
}, 60_000);
afterAll(async () => {
  await service[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

const acme = () => acmeOf(service);

async function countMessages(messages: AsyncIterable<unknown>): Promise<number> {
  let count = 0;
  for await (const _ of messages) count += 1;
  return count;
}
const phases = (history: readonly { phase: number }[]): number[] => history.map(({ phase }) => phase);

describe('a first rollout', () => {
  it('comes up, is validated by smoke runs, and serves', async () => {
    const name = await rollOut(service, '1.0.0');
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
    const [route] = await routes(service);
    expect(route).toMatchObject({
      tenant: PARENT,
      version: '1.0.0',
      generation: 1n,
      deployment: name,
      readyReplicas: 1,
    });
    expect(route?.endpoints).toHaveLength(1);
  });

  it('is told to the registry, and leaves an audit event for every phase', async () => {
    const phasesTold = () =>
      service.events.flatMap(({ type, details }) => (type === 'deployment_phase' ? [String(details?.['phase'])] : []));
    while (world.uses.length === 0 || !phasesTold().includes('SUCCEEDED')) await wait(20);
    expect(world.uses[0]).toMatchObject({ components: ['components/flights/versions/1.0.0'], generation: 1n });
    expect(phasesTold()).toEqual(
      expect.arrayContaining(['PENDING', 'PROVISIONING', 'VALIDATING', 'SWITCHING', 'DRAINING', 'SUCCEEDED']),
    );
  });
});

describe('the next version', () => {
  it('takes over while work in flight on the old colour ends by itself', async () => {
    const [before] = await routes(service);
    const channel = openChannel({
      address: before?.endpoints[0]?.address ?? '',
      tokens: { token: () => serviceToken('agent'), refused: () => undefined },
    });
    const worker = createClient(WorkerServiceDefinition, channel);
    const name = await rollOut(service, '1.1.0');
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
    const [route] = await routes(service);
    expect(route).toMatchObject({ version: '1.1.0', generation: 2n, deployment: name });
  });

  it('does not take over when its smoke runs fail', async () => {
    const name = await rollOut(service, '8.0.0');
    const ended = await until(acme(), name, ({ settled }) => settled);

    expect(ended).toMatchObject({
      phase: Phase.FAILED,
      failure: { reason: 'VALIDATION_FAILED', phase: Phase.VALIDATING },
    });
    expect((await routes(service))[0]).toMatchObject({ version: '1.1.0', generation: 2n });
  });

  it('does not take over when its replicas do not start', async () => {
    const name = await rollOut(service, '9.0.0');
    const ended = await until(acme(), name, ({ settled }) => settled);

    expect(ended).toMatchObject({ phase: Phase.FAILED, failure: { reason: 'REPLICAS_NOT_STARTING' } });
  });
});

describe('a rollout by hand', () => {
  it('waits for promotion, switches, and is rolled back in one step', async () => {
    const strategy = { promotion: Promotion.MANUAL, rollbackWindow: seconds(60), smokeDataset: '' };
    const name = await rollOut(service, '1.0.0', { strategy });
    const early = await failure(acme().promoteDeployment({ name }));
    expect(early.reason).toBe('NOT_AWAITING_PROMOTION');
    const waiting = await until(acme(), name, ({ phase }) => phase === Phase.AWAITING_PROMOTION);

    const stale = await failure(acme().promoteDeployment({ name, etag: '1' }));
    expect(stale.reason).toBe('ETAG_MISMATCH');
    const { deployment } = await acme().promoteDeployment({ name, etag: waiting.etag, reason: 'looks good' });
    expect(deployment?.phase).toBe(Phase.SWITCHING);
    await until(acme(), name, ({ phase }) => phase === Phase.SUCCEEDED);
    expect((await failure(acme().abortDeployment({ name, reason: 'no' }))).reason).toBe('ALREADY_SWITCHED');
    expect((await routes(service))[0]).toMatchObject({ version: '1.0.0', generation: 3n });

    await acme().rollbackDeployment({ name, reason: 'too slow' });
    const ended = await until(acme(), name, ({ settled }) => settled);
    expect(ended).toMatchObject({ phase: Phase.ROLLED_BACK, failure: { reason: 'ROLLED_BACK_BY_CALLER' } });
    expect((await routes(service))[0]).toMatchObject({ version: '1.1.0', generation: 4n });
    expect((await failure(acme().freezeDeployment({ name, reason: 'late' }))).reason).toBe('DEPLOYMENT_SETTLED');
  });

  it('is frozen, and aborted by who may', async () => {
    const strategy = { promotion: Promotion.MANUAL, smokeDataset: '' };
    const name = await rollOut(service, '1.0.0', { strategy });
    const second = await failure(rollOut(service, '1.1.0'));
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
  });
});
