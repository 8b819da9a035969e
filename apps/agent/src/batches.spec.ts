import {
  AgentServiceDefinition,
  DatasetServiceDefinition,
  JobState,
  type ProcessBatchResponse,
} from '@weir/contracts/agent';
import { JobOutcome } from '@weir/contracts/registry';
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

describe('batches', () => {
  let mesh: TestMesh;
  let agent: TestAgent;
  let script: Script;
  beforeAll(async () => {
    mesh = await startTestMesh();
    mesh.registry.components.push(copyComponent());
    const startWorker = async () => scriptedWorker(randomUUID(), (request, signal) => script(request, signal));
    agent = await startTestAgent(mesh, { startWorker });
    await upload(agent.server.client(DatasetServiceDefinition, tokenFor()), 'people', PEOPLE);
  });
  afterAll(async () => {
    await agent[Symbol.asyncDispose]();
    await mesh[Symbol.asyncDispose]();
  });
  beforeEach(() => {
    script = copy;
    mesh.registry.released.length = 0;
  });

  const client = () => agent.server.client(AgentServiceDefinition, tokenFor());
  const item = (itemId: string, dataset = 'people') => ({
    itemId,
    run: {
      component: { component: 'components/copy', selector: { $case: 'range' as const, value: '^1.0.0' } },
      dataset: `tenants/acme/datasets/${dataset}`,
    },
  });
  const request = (items: ReturnType<typeof item>[], more: object = {}) => ({
    tenant: 'tenants/acme',
    requestId: randomUUID(),
    batch: { items, ...more },
  });
  async function answers(stream: AsyncIterable<ProcessBatchResponse>) {
    const items: string[] = [];
    let summary;
    let progress = 0;
    for await (const { update } of stream) {
      if (update?.$case === 'item') items.push(update.value.itemId);
      if (update?.$case === 'progress') progress += 1;
      if (update?.$case === 'summary') summary = update.value;
    }
    return { items, summary, progress };
  }

  it('run every item under one slot and end with a summary', async () => {
    const { items, summary, progress } = await answers(
      client().processBatch(request([item('a'), item('b'), item('c')])),
    );

    expect(items.toSorted()).toEqual(['a', 'b', 'c']);
    expect(progress).toBeGreaterThan(0);
    expect(summary).toMatchObject({
      itemsTotal: 3,
      itemsSucceeded: 3,
      successRatio: 1,
      belowMinSuccessRatio: false,
      rowsIn: 9n,
    });
    expect(mesh.registry.released).toMatchObject([{ outcome: JobOutcome.COMPLETED, usage: { rowsRead: 9n } }]);
  });

  it('go on when items fail, and leave a warning when too few succeed', async () => {
    const { summary } = await answers(client().processBatch(request([item('good'), item('bad', 'nowhere')])));

    expect(summary).toMatchObject({ itemsSucceeded: 1, itemsFailed: 1, successRatio: 0.5, belowMinSuccessRatio: true });
    expect(await findEvent(mesh, ({ type }) => type === 'batch_success_low')).toMatchObject({
      details: { items: 2, succeeded: 1 },
    });
  });

  it('run as many items at the same time as asked for', async () => {
    let running = 0;
    let most = 0;
    script = async function* counted(run) {
      running += 1;
      most = Math.max(most, running);
      await wait(20);
      yield* copy(run);
      running -= 1;
    };

    await answers(client().processBatch(request([item('a'), item('b'), item('c'), item('d')], { concurrency: 1 })));

    expect(most).toBe(1);
  });

  it('answer finished items of a broken call, and run only the others', async () => {
    const begun: string[] = [];
    script = async function* halting(run, signal) {
      begun.push(run.runId);
      if (begun.length > 1) await wait(60_000, undefined, { signal, ref: false });
      yield* copy(run);
    };
    const twice = request([item('a'), item('b')], { concurrency: 1 });
    const caller = new AbortController();
    const first = answers(client().processBatch(twice, { signal: caller.signal }));
    while (begun.length < 2) await wait(5);
    caller.abort();
    await expect(first).rejects.toMatchObject({ reason: 'CANCELLED' });

    begun.length = 0;
    script = async function* noted(run) {
      begun.push(run.runId);
      yield* copy(run);
    };
    const { items, summary } = await answers(client().processBatch(twice));

    expect(items).toEqual(['a', 'b']);
    expect(begun).toHaveLength(1);
    expect(summary).toMatchObject({ itemsSucceeded: 2 });
  });

  it('refuse an item id that occurs twice', async () => {
    const call = answers(client().processBatch(request([item('a'), item('a')])));

    await expect(call).rejects.toMatchObject({ reason: 'ITEM_ID_REPEATED', metadata: { item_id: 'a' } });
  });

  it('are jobs too: watched item by item, and read page by page', async () => {
    const work = { $case: 'batch' as const, value: { items: [item('a'), item('b'), item('c', 'nowhere')] } };
    const { job } = await client().submitJob({ parent: 'tenants/acme', work });
    const name = job?.name ?? '';
    const seen: string[] = [];
    for await (const { update } of client().watchJob({ name })) {
      if (update?.$case === 'item') seen.push(update.value.itemId);
    }

    const first = await client().getJob({ name, pageSize: 2 });
    const second = await client().getJob({ name, pageSize: 2, pageToken: first.nextPageToken });

    expect(seen.toSorted()).toEqual(['a', 'b', 'c']);
    expect(first.job).toMatchObject({
      state: JobState.FAILED,
      outcome: { $case: 'summary', value: { itemsSucceeded: 2 } },
    });
    expect([...first.items, ...second.items].map(({ itemId }) => itemId)).toEqual(seen);
    expect(second.nextPageToken).toBe('');
  });

  it('keep the results of items that ended when they are cancelled', async () => {
    let runs = 0;
    script = async function* halting(run, signal) {
      runs += 1;
      if (runs > 1) await wait(60_000, undefined, { signal, ref: false });
      yield* copy(run);
    };
    const work = { $case: 'batch' as const, value: { items: [item('a'), item('b')], concurrency: 1 } };
    const { job } = await client().submitJob({ parent: 'tenants/acme', work });
    const name = job?.name ?? '';
    while (runs < 2) await wait(5);
    await client().cancelJob({ name });
    while ((await client().getJob({ name })).job?.state === JobState.CANCELLING) await wait(5);

    const { job: cancelled, items } = await client().getJob({ name });
    expect(cancelled).toMatchObject({
      state: JobState.CANCELLED,
      outcome: { $case: 'summary', value: { itemsSucceeded: 1, itemsCancelled: 1 } },
    });
    expect(items.map(({ itemId }) => itemId)).toEqual(['a']);
  });

  it('go on after a worker died', async () => {
    let runs = 0;
    script = (run) => {
      runs += 1;
      if (runs === 1) throw reason('DEPENDENCY_UNAVAILABLE', { dependency: 'agent' });
      return copy(run);
    };

    const { summary } = await answers(client().processBatch(request([item('a')])));

    expect(summary).toMatchObject({ itemsSucceeded: 1 });
  });
});
