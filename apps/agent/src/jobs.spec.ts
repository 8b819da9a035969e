import {
  AgentServiceDefinition,
  DatasetServiceDefinition,
  JobState,
  type Job,
  type WatchJobResponse,
} from '@weir/contracts/agent';
import type { Event } from '@weir/contracts/audit';
import { reason } from '@weir/errors';
import { tokenFor } from '@weir/testing';
import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { copyComponent } from './testing/components.ts';
import { findEvent } from './testing/find-event.ts';
import { copy, scriptedWorker, type Script } from './testing/scripted-worker.ts';
import { startTestAgent, startTestMesh, type TestAgent, type TestMesh } from './testing/start-agent.ts';
import { all, upload } from './testing/upload.ts';

const PEOPLE = Buffer.from('{"name":"Ana"}\n{"name":"Bo"}\n{"name":"Cy"}\n');

describe('jobs', () => {
  let mesh: TestMesh;
  let agent: TestAgent;
  let script: Script;
  const startWorker = async () => scriptedWorker(randomUUID(), (request, signal) => script(request, signal));
  beforeAll(async () => {
    mesh = await startTestMesh();
    mesh.registry.components.push(copyComponent());
    agent = await startTestAgent(mesh, { startWorker });
    await upload(agent.server.client(DatasetServiceDefinition, tokenFor()), 'people', PEOPLE);
  });
  afterAll(async () => {
    await agent[Symbol.asyncDispose]();
    await mesh[Symbol.asyncDispose]();
  });
  beforeEach(() => {
    script = copy;
    mesh.registry.maxSlots = 10;
  });

  const client = (from = agent) => from.server.client(AgentServiceDefinition, tokenFor());
  const run = (more: object = {}) => ({
    $case: 'run' as const,
    value: {
      component: { component: 'components/copy', selector: { $case: 'range' as const, value: '^1.0.0' } },
      dataset: 'tenants/acme/datasets/people',
      ...more,
    },
  });
  const submit = async (more: object = {}, id = ''): Promise<Job> => {
    const { job } = await client().submitJob({ parent: 'tenants/acme', jobId: id, work: run(more) });
    if (!job) throw new Error('no job');
    return job;
  };
  const ended = async ({ name }: Job, from = agent): Promise<Job> => {
    for (;;) {
      const { job } = await client(from).getJob({ name });
      if (job && job.state >= JobState.SUCCEEDED) return job;
      await wait(20);
    }
  };
  const endless: Script = async function* endless(_, signal) {
    await wait(60_000, undefined, { signal, ref: false });
    yield { update: undefined };
  };
  const running = async ({ name }: Job): Promise<void> => {
    while ((await client().getJob({ name })).job?.state !== JobState.RUNNING) await wait(10);
  };

  it('are done whether or not anybody waits', async () => {
    const job = await submit({ output: { datasetId: 'by-job' } }, 'nightly');
    expect(job).toMatchObject({ name: 'tenants/acme/jobs/nightly', state: JobState.QUEUED, revision: 1n });

    const done = await ended(job);

    expect(done).toMatchObject({
      state: JobState.SUCCEEDED,
      attempts: 1,
      submittedBy: 'tenants/acme/principals/tester',
    });
    expect(done.outcome).toMatchObject({
      $case: 'result',
      value: { outputs: [{ name: 'tenants/acme/datasets/by-job' }] },
    });
  });

  it('are accepted once for each id', async () => {
    await submit({}, 'only-one');

    await expect(submit({}, 'only-one')).rejects.toMatchObject({ reason: 'JOB_EXISTS' });
  });

  it('leave an audit event when they end', async () => {
    const job = await submit();
    await ended(job);

    const isItsRun = ({ type, resource }: Event) => type === 'data_processing_request' && resource === job.name;
    expect(await findEvent(mesh, isItsRun)).toMatchObject({
      principal: 'tenants/acme/principals/tester',
      dataset: 'tenants/acme/datasets/people',
      processingType: 'archiving',
    });
  });

  it('keep why they failed', async () => {
    const done = await ended(await submit({ dataset: 'tenants/acme/datasets/nowhere' }));

    expect(done.state).toBe(JobState.FAILED);
    expect(done.outcome).toMatchObject({ $case: 'failure', value: { reason: 'DATASET_NOT_FOUND', retryable: false } });
  });

  it('wait for a slot, and begin in the order in which they were accepted', async () => {
    const order: string[] = [];
    mesh.registry.maxSlots = 1;
    script = async function* noted(request) {
      order.push(request.runId);
      await wait(20);
      yield* copy(request);
    };

    const jobs = [await submit(), await submit(), await submit()];
    const done = await Promise.all(jobs.map((job) => ended(job)));

    const runIds = done.map(({ outcome }) => (outcome?.$case === 'result' ? outcome.value.runId : ''));
    expect(order).toEqual(runIds);
  });

  it('are cancelled while they wait', async () => {
    mesh.registry.maxSlots = 0;
    const { name } = await submit();

    const { job } = await client().cancelJob({ name, reason: 'not needed' });

    expect(job).toMatchObject({ state: JobState.CANCELLED, cancelReason: 'not needed', outcome: undefined });
    await wait(50);
    expect((await client().getJob({ name })).job).toMatchObject({ state: JobState.CANCELLED });
  });

  it('are cancelled while they run, and free their slot', async () => {
    script = endless;
    const job = await submit();
    await running(job);
    expect(mesh.registry.slots.has(job.name)).toBe(true);

    await client().cancelJob({ name: job.name });
    while (mesh.registry.slots.has(job.name)) await wait(2);

    expect(await ended(job)).toMatchObject({ state: JobState.CANCELLED });
  });

  it('are watched until they end', async () => {
    const job = await submit();
    const seen: WatchJobResponse[] = [];

    for await (const message of client().watchJob({ name: job.name })) seen.push(message);

    const last = seen.at(-1);
    expect(last?.update).toMatchObject({ $case: 'job', value: { state: JobState.SUCCEEDED } });
    expect(last?.revision).toBe((await client().getJob({ name: job.name })).job?.revision);
    const resumed = client().watchJob({ name: job.name, revision: last?.revision ?? 0n });
    expect(await all(resumed)).toEqual([]);
  });

  it('refuse to be watched from a revision that never was', async () => {
    const job = await submit();

    const watch = all(client().watchJob({ name: job.name, revision: 99n }));

    await expect(watch).rejects.toMatchObject({ reason: 'REVISION_TOO_LARGE' });
  });

  it('are listed, newest first, page by page', async () => {
    const jobs = [await submit({}, 'list-a'), await submit({}, 'list-b'), await submit({}, 'list-c')];
    await Promise.all(jobs.map((job) => ended(job)));

    const first = await client().listJobs({ parent: 'tenants/acme', pageSize: 2 });
    const second = await client()
      .listJobs({ parent: 'tenants/acme', pageSize: 1, pageToken: first.nextPageToken })
      .catch(() => undefined);

    expect(first.jobs.map(({ name }) => name)).toEqual(['tenants/acme/jobs/list-c', 'tenants/acme/jobs/list-b']);
    expect(first.jobs[0]).toMatchObject({ work: undefined, outcome: undefined });
    expect(second?.jobs.map(({ name }) => name)).toEqual(['tenants/acme/jobs/list-a']);
  });

  it('keep the datasets that they name from being deleted, unless that is forced', async () => {
    mesh.registry.maxSlots = 0;
    const datasets = agent.server.client(DatasetServiceDefinition, tokenFor());
    await upload(datasets, 'wanted', PEOPLE);
    const name = 'tenants/acme/datasets/wanted';
    const job = await submit({ dataset: name });

    await expect(datasets.deleteDataset({ name })).rejects.toMatchObject({
      reason: 'DATASET_IN_USE',
      metadata: { users: job.name },
    });
    await datasets.deleteDataset({ name, force: true });
    mesh.registry.maxSlots = 10;

    expect(await ended(job)).toMatchObject({ outcome: { $case: 'failure', value: { reason: 'DATASET_NOT_FOUND' } } });
  });

  it('refuse more than may wait', async () => {
    await using small = await startTestAgent(mesh, { startWorker, settings: { JOB_CAPACITY_PER_TENANT: 0 } });

    const call = client(small).submitJob({ parent: 'tenants/acme', work: run() });

    await expect(call).rejects.toMatchObject({ reason: 'QUEUE_FULL', details: { retryAfterMs: expect.any(Number) } });
  });

  it('go on when what they need is back', async () => {
    let calls = 0;
    script = async function* flaky(request) {
      calls += 1;
      if (calls < 3) throw reason('DATABASE_UNAVAILABLE', {}, { retryAfterMs: 20 });
      yield* copy(request);
    };

    expect(await ended(await submit())).toMatchObject({ state: JobState.SUCCEEDED });
  });

  it('are finished exactly once by another agent when theirs dies', async () => {
    await using doomed = await startTestAgent(mesh, { startWorker: async () => scriptedWorker('doomed', endless) });
    await agent[Symbol.asyncDispose]();
    const { job } = await client(doomed).submitJob({
      parent: 'tenants/acme',
      jobId: 'survivor',
      work: run({ output: { datasetId: 'survived' } }),
    });
    if (!job) throw new Error('no job');
    while ((await client(doomed).getJob({ name: job.name })).job?.state !== JobState.RUNNING) await wait(10);
    doomed.crash();

    agent = await startTestAgent(mesh, { startWorker });
    const done = await ended(job);

    expect(done).toMatchObject({ state: JobState.SUCCEEDED, attempts: 2 });
    expect(done.outcome).toMatchObject({
      $case: 'result',
      value: { outputs: [{ name: 'tenants/acme/datasets/survived' }] },
    });
    expect(mesh.registry.slots.size).toBe(0);
  });
});
