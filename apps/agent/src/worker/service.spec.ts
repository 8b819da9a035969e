import { methodRules } from '@weir/contracts';
import { RouteKind, WorkerServiceDefinition, WorkerState } from '@weir/contracts/agent';
import { Audit } from '@weir/contracts/options';
import { serviceToken, tokenFor } from '@weir/testing';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { ENDLESS, refusal } from '../testing/expectations.ts';
import { smallData, type SmallData } from '../testing/small-data.ts';
import { read, runOf, sql, startTestWorker, type TestWorker } from '../testing/start-test-worker.ts';

let worker: TestWorker;
let small: SmallData;
beforeAll(async () => {
  worker = await startTestWorker();
  small = await smallData(worker);
});
afterAll(() => worker[Symbol.asyncDispose]());

describe('a cancelled run', () => {
  const endless = () =>
    runOf([read('data'), sql('endless', ENDLESS)], {
      inputs: small,
      outputs: {},
    });
  const untilRunning = async (wanted: number): Promise<void> => {
    while (worker.worker.status().running !== wanted) await sleep(2);
  };

  it('ends its work, although that would never end, and frees its place', async () => {
    const cancel = new AbortController();
    const ended = refusal(worker.execute(endless(), cancel.signal));
    await untilRunning(1);
    await sleep(300);

    cancel.abort();

    expect((await ended).reason).toBe('CANCELLED');
    await untilRunning(0);
    expect((await worker.files()).filter((name) => name.includes('run-'))).toEqual([]);
  });

  it('ends with its deadline', async () => {
    const calls = worker.client.execute(endless(), { timeoutMs: 400 });
    const failure = await refusal(
      (async () => {
        for await (const _ of calls);
      })(),
    );
    expect(failure.reason).toBe('DEADLINE_EXCEEDED');
    await untilRunning(0);
  });

  it('says how far it is meanwhile, again and again', async () => {
    const cancel = new AbortController();
    let told = 0;
    const reading = (async () => {
      for await (const { update } of worker.client.execute(endless(), { timeoutMs: 30_000, signal: cancel.signal })) {
        if (update?.$case === 'progress') told += 1;
        if (told === 4) cancel.abort();
      }
    })();

    expect((await refusal(reading)).reason).toBe('CANCELLED');
    expect(told).toBe(4);
    await untilRunning(0);
  });
});

describe('a worker', () => {
  const one = () => runOf([read('data')], { inputs: small });

  it('is for services only', async () => {
    const asTenant = worker.server.client(WorkerServiceDefinition, tokenFor({ permissions: ['admin', 'pipeline'] }));
    const asAudit = worker.server.client(WorkerServiceDefinition, serviceToken('audit'));
    const nobody = worker.server.client(WorkerServiceDefinition);
    expect(await refusal(asTenant.health({ tenant: 'tenants/acme' }))).toMatchObject({ reason: 'PERMISSION_MISSING' });
    expect(await refusal(asAudit.health({ tenant: 'tenants/acme' }))).toMatchObject({ reason: 'CALLER_NOT_ALLOWED' });
    expect(await refusal(nobody.health({ tenant: 'tenants/acme' }))).toMatchObject({ reason: 'TOKEN_MISSING' });
  });

  it('leaves audit to who calls it: no method of it asks for an event', () => {
    const rules = [...methodRules().values()].filter(({ service }) => service === 'weir.agent.v1.WorkerService');
    expect(rules.map(({ rule }) => rule.audit)).toEqual([Audit.NEVER, Audit.NEVER]);
  });

  it('says how it is', async () => {
    const health = await worker.client.health({ tenant: 'tenants/-' });
    expect(health).toMatchObject({
      state: WorkerState.READY,
      reasons: [],
      running: 0,
      capacity: 4,
      route: { kind: RouteKind.SHARED_POOL, worker: 'worker-test' },
    });
    expect(Number(health.memoryBytes)).toBeGreaterThan(10_000_000);
    expect(await refusal(worker.client.health({ tenant: 'acme' }))).toMatchObject({ reason: 'INVALID_ARGUMENT' });
  });

  it('takes no more than it can, and nothing once it drains', async () => {
    await using single = await startTestWorker({ capacity: 1 });
    const cancel = new AbortController();
    const steps = [read('data'), sql('endless', ENDLESS)];
    const first = refusal(single.execute(runOf(steps, { inputs: small }), cancel.signal));
    while (single.worker.status().running === 0) await sleep(2);

    const busy = await refusal(single.execute(one()));
    expect(busy).toMatchObject({ reason: 'WORKER_BUSY', details: { retryAfterMs: 500 } });
    single.worker.drain();
    expect(await refusal(single.execute(one()))).toMatchObject({ reason: 'WORKER_DRAINING' });
    expect(await single.client.health({ tenant: 'tenants/-' })).toMatchObject({
      state: WorkerState.DRAINING,
      running: 1,
    });
    cancel.abort();
    await first;
  });

  it('that is bound takes its own version and tenant only', async () => {
    await using bound = await startTestWorker({
      identity: {
        tenant: 'tenants/acme',
        componentVersion: 'components/flights-quality/versions/1.0.0',
        digest: `sha256:${'0'.repeat(64)}`,
      },
    });
    const route = { kind: RouteKind.DEPLOYMENT, deployment: 'tenants/acme/deployments/d', generation: 3n };
    expect(await refusal(bound.execute({ ...one(), route }))).toMatchObject({ reason: 'SERVED' });
    expect(await refusal(bound.execute({ ...one(), route, digest: `sha256:${'1'.repeat(64)}` }))).toMatchObject({
      reason: 'VERSION_NOT_SERVED',
    });
    expect(await refusal(bound.execute({ ...one(), route, tenant: 'tenants/zenith' }))).toMatchObject({
      reason: 'ROUTE_STALE',
    });
    expect(await refusal(bound.execute({ ...one(), route: { ...route, generation: 2n } }))).toMatchObject({
      reason: 'ROUTE_STALE',
    });
    expect(await bound.client.health({ tenant: 'tenants/acme' })).toMatchObject({
      route: { kind: RouteKind.DEPLOYMENT, generation: 3n },
    });
  });

  it('keeps a late attempt of a run out', async () => {
    const runId = randomUUID();
    await worker.execute({ ...one(), runId, attempt: 2, fencingToken: 9n });
    expect(await refusal(worker.execute({ ...one(), runId, fencingToken: 8n }))).toMatchObject({
      reason: 'RUN_SUPERSEDED',
    });
  });
});
