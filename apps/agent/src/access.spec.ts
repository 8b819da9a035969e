import { AgentServiceDefinition, DatasetServiceDefinition, RunPhase } from '@weir/contracts/agent';
import { Permission, Sensitivity } from '@weir/contracts/options';
import { Clearance } from '@weir/contracts/registry';
import { DecisionReason, Verdict } from '@weir/contracts/security';
import { serviceToken, tokenFor } from '@weir/testing';
import { randomUUID } from 'node:crypto';
import { component, copyComponent } from './testing/components.ts';
import { findEvent } from './testing/find-event.ts';
import { NO_POLICY } from './testing/fake-access.ts';
import { startTestAgent, startTestMesh, type TestAgent, type TestMesh } from './testing/start-agent.ts';
import { upload } from './testing/upload.ts';

jest.setTimeout(60_000);

describe('access decisions', () => {
  let mesh: TestMesh;
  let agent: TestAgent;
  beforeAll(async () => {
    mesh = await startTestMesh();
    mesh.registry.components.push(copyComponent());
    agent = await startTestAgent(mesh);
    await upload(datasets(), 'people', Buffer.from('{"name":"Ana"}\n'), { dataTypes: ['customer'] });
  });
  afterAll(async () => {
    await agent[Symbol.asyncDispose]();
    await mesh[Symbol.asyncDispose]();
  });
  beforeEach(() => {
    mesh.access.questions.length = 0;
    mesh.access.decision = NO_POLICY;
  });

  const people = 'tenants/acme/datasets/people';
  const name = people;
  const allowed = { id: randomUUID(), verdict: Verdict.ALLOW, policyRevision: 7n };
  const datasets = () => agent.server.client(DatasetServiceDefinition, tokenFor());
  const run = () =>
    agent.server.client(AgentServiceDefinition, tokenFor()).processData({
      tenant: 'tenants/acme',
      requestId: randomUUID(),
      run: {
        component: { component: 'components/copy', selector: { $case: 'range', value: '*' } },
        dataset: name,
        processingType: 'copying',
      },
    });

  it('are asked for with all that the policy can look at, and named in the result', async () => {
    mesh.access.decision = allowed;

    const { result } = await run();

    expect(mesh.access.questions).toMatchObject([
      {
        principal: 'tenants/acme/principals/tester',
        permission: Permission.PIPELINE,
        operation: 'process_data.copying',
        resource: name,
        dataTypes: ['customer'],
        classification: Clearance.INTERNAL,
        context: { sourceIp: '127.0.0.1', tokenPermissions: expect.arrayContaining([Permission.PIPELINE]) },
      },
    ]);
    expect(result).toMatchObject({ decisionId: allowed.id, policyRevision: 7n });
    expect(result?.phases.map(({ phase }) => phase)).toContain(RunPhase.AUTHORIZE);
  });

  it('that say no end the run before it takes a slot', async () => {
    mesh.access.decision = {
      verdict: Verdict.DENY,
      reason: DecisionReason.DENIED,
      policyRevision: 7n,
      message: 'not at night',
    };
    mesh.registry.released.length = 0;

    await expect(run()).rejects.toMatchObject({ reason: 'ACCESS_DENIED', metadata: { problem: 'not at night' } });
    expect(mesh.registry.released).toEqual([]);
  });

  it('leave a tenant that never had a policy to its roles, with no decision to name', async () => {
    expect((await run()).result).toMatchObject({ decisionId: '', policyRevision: 0n });
  });

  it('about the principal itself count without a policy too', async () => {
    mesh.access.decision = { verdict: Verdict.DENY, reason: DecisionReason.PRINCIPAL_DISABLED, message: 'disabled' };

    await expect(run()).rejects.toMatchObject({ reason: 'ACCESS_DENIED' });
  });

  it('oblige to remove what is written in time', async () => {
    mesh.access.decision = { ...allowed, obligations: [{ kind: { $case: 'retain', value: { dataDays: 2 } } }] };

    const expiresAt = (await run()).result?.outputs[0]?.expiresAt?.getTime() ?? 0;

    expect(Math.abs(expiresAt - Date.now() - 2 * 86_400_000)).toBeLessThan(60_000);
  });

  it('about data leave events that are as sensitive as the data, so that audit keeps them as long as it is owed', async () => {
    mesh.access.decision = { ...allowed, obligations: [{ kind: { $case: 'retain', value: { auditDays: 3_000 } } }] };
    await upload(datasets(), 'secrets', Buffer.from('{"name":"Ana"}\n'), { classification: Clearance.RESTRICTED });
    const secret = 'tenants/acme/datasets/secrets';
    const name = 'components/copy-secrets/versions/1.0.0';
    mesh.registry.components.push(component({ ...copyComponent(), name, clearance: Clearance.RESTRICTED }));
    const version = { component: 'components/copy-secrets', selector: { $case: 'range' as const, value: '*' } };
    const of = (dataset: string) => ({ component: version, dataset, processingType: 'copying' });
    const agents = agent.server.client(AgentServiceDefinition, tokenFor());

    await datasets().previewDataset({ name: secret });
    await agents.processData({ tenant: 'tenants/acme', requestId: randomUUID(), run: of(secret) });
    const items = [people, secret, people].map((dataset, index) => ({ itemId: `item-${index}`, run: of(dataset) }));
    for await (const _ of agents.processBatch({ tenant: 'tenants/acme', requestId: randomUUID(), batch: { items } }));

    for (const type of ['upload_dataset', 'preview_dataset', 'data_processing_request', 'batch_processing_request']) {
      const event = await findEvent(mesh, (one) => one.type === type && one.sensitivity === Sensitivity.CRITICAL);
      expect(event).toMatchObject({ type, policyRevision: 7n });
    }
  });

  it('with an obligation that cannot be met end the run', async () => {
    mesh.access.decision = { ...allowed, obligations: [{ sources: ['GDPR'] }] };

    await expect(run()).rejects.toMatchObject({ reason: 'OBLIGATION_UNMET', metadata: { sources: 'GDPR' } });
  });

  it('guard previews and downloads', async () => {
    mesh.access.decision = { verdict: Verdict.DENY, reason: DecisionReason.DENIED, policyRevision: 7n };

    await expect(datasets().previewDataset({ name })).rejects.toMatchObject({ reason: 'ACCESS_DENIED' });
    const download = datasets().downloadDataset({ name })[Symbol.asyncIterator]().next();
    await expect(download).rejects.toMatchObject({ reason: 'ACCESS_DENIED' });
  });

  it('do not let anyone but a service learn where the bytes are', async () => {
    const located = (token: string) =>
      agent.server.client(DatasetServiceDefinition, token).describeDataset({ name, includeLocation: true });

    await expect(located(tokenFor())).rejects.toMatchObject({ reason: 'SERVICE_ONLY' });
    expect((await located(serviceToken('deployment'))).location?.place?.value).toContain(mesh.stateDir);
  });
});
