import {
  AgentServiceDefinition,
  DatasetServiceDefinition,
  RouteKind,
  RunOutcome,
  RunPhase,
} from '@weir/contracts/agent';
import { Clearance, JobOutcome, StopReason, TenantState } from '@weir/contracts/registry';
import { reason } from '@weir/errors';
import { tokenFor } from '@weir/testing';
import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { copyComponent } from './testing/components.ts';
import { findEvent } from './testing/find-event.ts';
import { copy, scriptedWorker, type Script } from './testing/scripted-worker.ts';
import { startTestAgent, startTestMesh, type TestAgent, type TestMesh } from './testing/start-agent.ts';
import { upload } from './testing/upload.ts';

const PEOPLE = Buffer.from('{"name":"Ana"}\n{"name":"Bo"}\n{"name":"Cy"}\n');

jest.setTimeout(60_000);

describe('ProcessData', () => {
  let mesh: TestMesh;
  let agent: TestAgent;
  let script: Script;
  let started = 0;
  beforeAll(async () => {
    mesh = await startTestMesh();
    mesh.registry.components.push(copyComponent());
    agent = await startTestAgent(mesh, {
      startWorker: async () => scriptedWorker(`worker-${(started += 1)}`, (request, signal) => script(request, signal)),
    });
    await upload(datasets(), 'people', PEOPLE);
  });
  afterAll(async () => {
    await agent[Symbol.asyncDispose]();
    await mesh[Symbol.asyncDispose]();
  });
  beforeEach(() => {
    script = copy;
    mesh.registry.stopReason = StopReason.UNSPECIFIED;
    mesh.registry.released.length = 0;
  });

  const datasets = (token = tokenFor()) => agent.server.client(DatasetServiceDefinition, token);
  const agents = (token = tokenFor()) => agent.server.client(AgentServiceDefinition, token);
  const request = (more: object = {}) => ({
    tenant: 'tenants/acme',
    requestId: randomUUID(),
    run: {
      component: { component: 'components/copy', selector: { $case: 'range' as const, value: '^1.0.0' } },
      dataset: 'tenants/acme/datasets/people',
      ...more,
    },
  });

  it('runs a component and registers what it wrote, with where it came from', async () => {
    const { result } = await agents().processData(
      request({ output: { datasetId: 'copied', labels: { team: 'one' } } }),
    );

    expect(result).toMatchObject({
      outcome: RunOutcome.SUCCEEDED,
      componentVersion: 'components/copy/versions/1.0.0',
      route: { kind: RouteKind.SHARED_POOL },
      inputs: ['tenants/acme/datasets/people'],
      rowsIn: 3n,
      attempts: 1,
    });
    expect(result?.phases.map(({ phase }) => phase)).toEqual([
      RunPhase.QUEUE,
      RunPhase.RESOLVE,
      RunPhase.AUTHORIZE,
      RunPhase.ACQUIRE_SLOT,
      RunPhase.ROUTE,
      RunPhase.PREPARE,
      RunPhase.EXECUTE,
      RunPhase.PUBLISH,
      RunPhase.RELEASE_SLOT,
    ]);
    const { dataset } = await datasets().describeDataset({ name: 'tenants/acme/datasets/copied' });
    expect(dataset).toMatchObject({
      runId: result?.runId,
      sources: ['tenants/acme/datasets/people'],
      classification: Clearance.INTERNAL,
      labels: { team: 'one' },
      sizeBytes: BigInt(PEOPLE.length),
    });
    expect(mesh.registry.slots.size).toBe(0);
    expect(mesh.registry.released).toMatchObject([{ outcome: JobOutcome.COMPLETED, usage: { rowsRead: 3n } }]);
  });

  it('leaves an audit event that says what was processed', async () => {
    await agents().processData(request());

    expect(await findEvent(mesh, ({ type }) => type === 'data_processing_request')).toMatchObject({
      agent: 'tenants/acme/agents/copy',
      dataset: 'tenants/acme/datasets/people',
      processingType: 'archiving',
      dataSizeBytes: BigInt(PEOPLE.length),
      complianceFlags: [],
    });
  });

  it('answers a repeat as the first time, and runs nothing', async () => {
    const again = request();
    const first = await agents().processData(again);
    script = () => {
      throw new Error('it ran again');
    };

    expect(await agents().processData(again)).toEqual(first);
  });

  it('lets a repeat join the run that goes on', async () => {
    let runs = 0;
    script = async function* slow(run) {
      runs += 1;
      await wait(100);
      yield* copy(run);
    };
    const twice = request();

    const [one, two] = await Promise.all([agents().processData(twice), agents().processData(twice)]);

    expect(one).toEqual(two);
    expect(runs).toBe(1);
  });

  it('refuses a request id that came with another request', async () => {
    const first = request();
    await agents().processData(first);

    await expect(
      agents().processData({ ...request({ processingType: 'copying' }), requestId: first.requestId }),
    ).rejects.toMatchObject({ reason: 'REQUEST_ID_REUSED' });
  });

  it('tries a run once more when its worker dies', async () => {
    let attempts = 0;
    script = async function* dying(run) {
      attempts += 1;
      if (attempts === 1) throw reason('DEPENDENCY_UNAVAILABLE', { dependency: 'agent' });
      yield* copy(run);
    };

    const { result } = await agents().processData(request());

    expect(result).toMatchObject({ outcome: RunOutcome.SUCCEEDED, attempts: 2 });
  });

  it('gives up when it dies again, and leaves nothing behind', async () => {
    script = () => {
      throw reason('DEPENDENCY_UNAVAILABLE', { dependency: 'agent' });
    };

    const failed = request({ output: { datasetId: 'never-there' } });
    await expect(agents().processData(failed)).rejects.toMatchObject({ reason: 'WORKER_CRASHED' });

    const never = datasets().describeDataset({ name: 'tenants/acme/datasets/never-there' });
    await expect(never).rejects.toMatchObject({ reason: 'DATASET_NOT_FOUND' });
    expect(mesh.registry.slots.size).toBe(0);
    expect(new Set(mesh.registry.released.map(({ outcome }) => outcome))).toEqual(new Set([JobOutcome.FAILED]));
  });

  it('frees the slot when the caller goes away', async () => {
    const begun = Promise.withResolvers<void>();
    script = async function* endless(_, signal) {
      begun.resolve();
      await wait(60_000, undefined, { signal, ref: false });
      yield { update: undefined };
    };
    const caller = new AbortController();
    const call = agents().processData(request(), { signal: caller.signal });
    await begun.promise;
    expect(mesh.registry.slots.size).toBe(1);

    caller.abort();
    await expect(call).rejects.toMatchObject({ reason: 'CANCELLED' });
    while (mesh.registry.slots.size > 0) await wait(2);

    expect(mesh.registry.released).toMatchObject([{ outcome: JobOutcome.CANCELLED }]);
  });

  it('ends a run whose tenant was suspended', async () => {
    script = async function* endless(_, signal) {
      mesh.registry.stopReason = StopReason.TENANT_SUSPENDED;
      await wait(60_000, undefined, { signal, ref: false });
      yield { update: undefined };
    };

    await expect(agents().processData(request())).rejects.toMatchObject({ reason: 'TENANT_SUSPENDED' });
    expect(mesh.registry.slots.size).toBe(0);
  });

  it('ends a run whose slot was lost', async () => {
    script = async function* endless(_, signal) {
      mesh.registry.slots.clear();
      await wait(60_000, undefined, { signal, ref: false });
      yield { update: undefined };
    };

    await expect(agents().processData(request())).rejects.toMatchObject({ reason: 'SLOT_LOST' });
  });

  it.each([
    ['a dataset that is not there', { dataset: 'tenants/acme/datasets/nowhere' }, 'DATASET_NOT_FOUND'],
    ['a dataset of another tenant', { dataset: 'tenants/globex/datasets/people' }, 'INVALID_ARGUMENT'],
    ['an unknown parameter', { parameters: { x: { value: { $case: 'text', value: 'y' } } } }, 'PARAMETER_INVALID'],
    ['an unknown processing type', { processingType: 'dancing' }, 'PROCESSING_TYPE_UNKNOWN'],
    ['too much memory', { limits: { maxMemoryBytes: 1n << 50n } }, 'LIMIT_TOO_HIGH'],
    ['a lower classification', { output: { classification: Clearance.PUBLIC } }, 'CLASSIFICATION_LOWERED'],
    ['an output that exists', { output: { datasetId: 'people' } }, 'DATASET_EXISTS'],
    ['a stale etag', { output: { datasetId: 'people', overwrite: true, etag: 'stale' } }, 'ETAG_MISMATCH'],
    ['an environment that is not allowed', { environment: 2 }, 'ENVIRONMENT_NOT_ALLOWED'],
    ['no component', { component: undefined }, 'INVALID_ARGUMENT'],
  ])('refuses %s', async (_, more, expected) => {
    await expect(agents().processData(request(more))).rejects.toMatchObject({ reason: expected });
    expect(mesh.registry.slots.size).toBe(0);
  });

  it('passes on what the registry says', async () => {
    const unknown = { component: { component: 'components/copy', selector: { $case: 'range' as const, value: '^9' } } };

    await expect(agents().processData(request(unknown))).rejects.toMatchObject({ reason: 'RESOLUTION_CONFLICT' });
  });

  it('refuses a suspended tenant', async () => {
    const acme = mesh.registry.tenants.get('tenants/acme');
    if (!acme) throw new Error('acme is gone');
    mesh.registry.tenants.set('tenants/globex', { ...acme, name: 'tenants/globex', state: TenantState.SUSPENDED });
    const token = tokenFor({ subject: 'tenants/globex/principals/tester' });

    const call = agents(token).processData({ ...request({ dataset: '' }), tenant: 'tenants/globex' });

    await expect(call).rejects.toMatchObject({ reason: 'TENANT_SUSPENDED' });
  });

  it('refuses the token of another tenant', async () => {
    const token = tokenFor({ subject: 'tenants/globex/principals/tester' });

    await expect(agents(token).processData(request())).rejects.toMatchObject({ reason: 'FOREIGN_TENANT' });
  });
});
