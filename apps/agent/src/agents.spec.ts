import {
  AgentHealth,
  AgentServiceDefinition,
  BreakerState,
  DatasetServiceDefinition,
  RouteKind,
} from '@weir/contracts/agent';
import { Colour, Route } from '@weir/contracts/deployment';
import { Environment } from '@weir/contracts/registry';
import { reason } from '@weir/errors';
import { serviceToken, tokenFor } from '@weir/testing';
import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { copyComponent } from './testing/components.ts';
import { copy, scriptedWorker, type Script } from './testing/scripted-worker.ts';
import { startTestAgent, startTestMesh, type TestAgent, type TestMesh } from './testing/start-agent.ts';
import { upload } from './testing/upload.ts';

jest.setTimeout(60_000);

describe('agents', () => {
  let mesh: TestMesh;
  let agent: TestAgent;
  let script: Script = copy;
  beforeAll(async () => {
    mesh = await startTestMesh();
    mesh.registry.components.push(copyComponent());
    const startWorker = async () => scriptedWorker(randomUUID(), (request, signal) => script(request, signal));
    agent = await startTestAgent(mesh, { startWorker });
    await upload(agent.server.client(DatasetServiceDefinition, tokenFor()), 'people', Buffer.from('{"a":1}\n'));
    await run();
    await run();
    script = () => {
      throw reason('SQL_INVALID', { step: 'x', problem: 'y' });
    };
    await run().catch(() => undefined);
    script = copy;
  });
  afterAll(async () => {
    await agent[Symbol.asyncDispose]();
    await mesh[Symbol.asyncDispose]();
  });

  const client = (token = tokenFor()) => agent.server.client(AgentServiceDefinition, token);
  const name = 'tenants/acme/agents/copy';
  const run = () =>
    client().processData({
      tenant: 'tenants/acme',
      requestId: randomUUID(),
      run: {
        component: { component: 'components/copy', selector: { $case: 'range', value: '*' } },
        dataset: 'tenants/acme/datasets/people',
      },
    });

  it('are the components that ran', async () => {
    const { agents } = await client().listAgents({ parent: 'tenants/acme' });

    expect(agents).toMatchObject([
      {
        name,
        component: 'components/copy',
        running: 0,
        queued: 0,
        versions: [{ route: { kind: RouteKind.SHARED_POOL } }],
      },
    ]);
    const other = tokenFor({ subject: 'tenants/globex/principals/tester' });
    expect((await client(other).listAgents({ parent: 'tenants/globex' })).agents).toEqual([]);
  });

  it('tell how they are, and every dependency with its breaker', async () => {
    const {
      agent: found,
      dependencies,
      queueCapacity,
      reasons,
    } = await client(serviceToken('deployment')).getAgentHealth({ name });

    expect(found?.health).toBe(AgentHealth.HEALTHY);
    expect(reasons).toEqual([]);
    expect(dependencies.map(({ dependency }) => dependency)).toEqual([
      'audit',
      'database',
      'datasets',
      'deployment',
      'registry',
      'security',
      'workers',
    ]);
    expect(dependencies.find(({ dependency }) => dependency === 'registry')).toMatchObject({
      breaker: BreakerState.CLOSED,
      health: AgentHealth.HEALTHY,
    });
    expect(queueCapacity).toBe(250);
  });

  it('count what they did', async () => {
    const { metrics, routes, breakers } = await client().getAgentMetrics({ name });

    expect(metrics).toMatchObject({
      totalRequests: 3n,
      successfulRequests: 2n,
      failedRequests: 1n,
      errorRate: 1 / 3,
      datasetsProcessed: 1n,
      rowsProcessed: 6n,
    });
    expect(metrics?.p95Ms).toBeGreaterThanOrEqual((metrics?.averageMs ?? 0) / 2);
    expect(routes).toMatchObject([
      { version: { componentVersion: 'components/copy/versions/1.0.0' }, metrics: { totalRequests: 2n } },
    ]);
    expect(breakers.registry).toBe(BreakerState.CLOSED);
  });

  it('count over a window, and since their first run', async () => {
    const window = { seconds: 60n, nanos: 0 };
    expect((await client().getAgentMetrics({ name, window })).metrics?.totalRequests).toBe(3n);

    await mesh.database.database.within({ tenant: 'acme' }, (tx) =>
      tx
        .updateTable('runs')
        .set({ finished_at: new Date(Date.now() - 31 * 86_400_000) })
        .execute(),
    );
    await agent.parts.figures.foldOld({ tenant: undefined });

    expect(
      (
        await client()
          .getAgentMetrics({ name })
          .catch(() => undefined)
      )?.metrics,
    ).toBeUndefined();
    await run();
    expect((await client().getAgentMetrics({ name, window })).metrics?.totalRequests).toBe(1n);
    expect((await client().getAgentMetrics({ name })).metrics).toMatchObject({ totalRequests: 4n, rowsProcessed: 9n });
  });

  it('are unknown until they run', async () => {
    const unknown = client().getAgentHealth({ name: 'tenants/acme/agents/nobody' });

    await expect(unknown).rejects.toMatchObject({ reason: 'AGENT_NOT_FOUND' });
  });

  it('are those with a route too, and unhealthy without a ready replica', async () => {
    mesh.deployment.put(
      Route.fromPartial({
        tenant: 'tenants/acme',
        environment: Environment.PRODUCTION,
        component: 'components/deployed',
        version: 'components/deployed/versions/1.0.0',
        deployment: 'tenants/acme/deployments/one',
        colour: Colour.BLUE,
        generation: 1n,
      }),
    );
    while (agent.parts.routes.ofTenant('tenants/acme').length === 0) await wait(10);

    const { agent: found, reasons } = await client().getAgentHealth({ name: 'tenants/acme/agents/deployed' });

    expect(found).toMatchObject({ health: AgentHealth.UNHEALTHY, workers: 0 });
    expect(reasons).toEqual(['tenants/acme/deployments/one has no ready replica']);
  });
});
