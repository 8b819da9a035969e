import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { logVerdict } from '@weir/client';
import { AuditServiceDefinition, Event, Outcome } from '@weir/contracts/audit';
import { Sensitivity } from '@weir/contracts/options';
import { Code, WeirError } from '@weir/errors';
import type { Mesh } from '@weir/mesh';
import { eventually, expectNothingLost, makeTenants } from './setup/change-load.ts';
import { smallDiskProblem, startOnSmallDisk, type SmallDisk } from './setup/small-disk.ts';
import { factsOf, temporaryMesh } from './setup/start-mesh.ts';
import { actorOf, administrator, type Actor } from './setup/story.ts';

const TENANTS = ['tenants/full-one', 'tenants/full-two'];
const problem = smallDiskProblem();
const withDisks = problem === undefined ? describe : describe.skip;

/** A sender of events that repeats each batch until it is acknowledged. */
async function sendEvents(agent: Actor, sender: number, stop: AbortSignal, failures: unknown[]) {
  const audit = agent.client(AuditServiceDefinition);
  const acknowledged: { id: string; tenant: string; index: bigint }[] = [];
  for (let sequence = 0; !stop.aborted; sequence += 1) {
    const tenant = TENANTS[(sender + sequence) % TENANTS.length] ?? '';
    const events = Array.from({ length: 1 + (sequence % 20) }, () =>
      Event.fromPartial({
        ...{ id: randomUUID(), time: new Date(), tenant, service: 'agent', type: 'data_processing_request' },
        ...{ sensitivity: Sensitivity.LOW, outcome: Outcome.SUCCEEDED, details: { sender, sequence } },
      }),
    );
    for (let isOver = false; !isOver;) {
      try {
        const answer = await audit.recordEvents({ events }, { timeoutMs: 20_000 });
        acknowledged.push(...answer.events.map(({ index }, at) => ({ id: events[at]?.id ?? '', tenant, index })));
        isOver = true;
      } catch (error) {
        failures.push(error);
        await wait(50);
      }
    }
  }
  return acknowledged;
}

/** What the log of a tenant holds, by index. */
async function logOf(admin: Actor, tenant: string): Promise<string[]> {
  const ids: string[] = [];
  const audit = admin.client(AuditServiceDefinition);
  const filter = { types: ['data_processing_request'] };
  for (let pageToken = '', more = true; more;) {
    const page = await eventually(() => audit.queryEvents({ tenant, filter, pageSize: 1_000, pageToken }));
    for (const { index, event } of page.events) ids[Number(index)] = event?.id ?? '';
    pageToken = page.nextPageToken;
    more = pageToken !== '';
  }
  return ids;
}

/** A caller can tell that it is worth repeating, and when. */
const isPrecise = (error: unknown): boolean =>
  error instanceof WeirError && error.code === Code.UNAVAILABLE && (error.details.retryAfterMs ?? 0) > 0;

async function until(done: () => boolean): Promise<void> {
  for (const deadline = Date.now() + 30_000; !done() && Date.now() < deadline;) await wait(50);
}

withDisks(`a full disk${problem === undefined ? '' : ` (left out: ${problem})`}`, () => {
  const stack = new AsyncDisposableStack();
  let disks: { registry: SmallDisk; audit: SmallDisk };
  let mesh: Mesh;
  let admin: Actor;
  let stop: AbortController;
  beforeEach(() => (stop = new AbortController()));
  // A load does not outlive its test, however that ends.
  afterEach(() => stop.abort());
  let agent: Actor;

  beforeAll(async () => {
    const registry = stack.use(await startOnSmallDisk('registry'));
    const audit = stack.use(await startOnSmallDisk('audit'));
    disks = { registry, audit };
    mesh = stack.use(await temporaryMesh({}, { registry: registry.url('registry'), audit: audit.url('audit') }));
    admin = stack.use(administrator(factsOf(mesh)));
    const secret = readFileSync(join(mesh.state.secrets, 'agent.secret'), 'utf8').trim();
    agent = stack.use(actorOf(factsOf(mesh), 'principals/agent', secret));
    await Promise.all([admin.token(), agent.token()]);
  }, 120_000);
  afterAll(() => stack.disposeAsync(), 60_000);

  const pids = () => [mesh.services.registry.pid(), mesh.services.audit.pid()];

  /** Fills a disk until calls fail, then until the server goes down over it, then gives the space back. */
  async function fillAndFree(disk: SmallDisk, failures: readonly unknown[]): Promise<void> {
    const before = { failures: failures.length, server: disk.pid() };
    disk.fill();
    try {
      await until(() => failures.length > before.failures);
      await wait(1_000);
      await disk.turnLog();
      await until(() => disk.pid() !== before.server);
      await wait(1_000);
    } finally {
      disk.free();
    }
    expect(failures.length).toBeGreaterThan(before.failures);
    expect(disk.pid()).not.toBe(before.server);
  }

  it('under the sender: changes fail whole, with when to come back, and go on once there is space', async () => {
    const started = pids();
    const failures: unknown[] = [];
    const load = makeTenants(admin, 'full', 6, stop.signal, failures);
    await wait(1_500);
    await fillAndFree(disks.registry, failures);
    await mesh.services.registry.whenReady(60_000);
    await wait(2_000);
    stop.abort();
    const result = await load;

    expect(result.failures.filter((error) => !isPrecise(error))).toEqual([]);
    expect(result.failures.length).toBeGreaterThan(0);
    expect(pids()).toEqual(started);
    expect(result.failures).toContainEqual(expect.objectContaining({ reason: 'DATABASE_FULL' }));
    await expectNothingLost(admin, 'full', result);
  }, 120_000);

  it('under audit: nothing is acknowledged and lost, senders go on, and everything arrives afterwards', async () => {
    const started = pids();
    const [failures, changeFailures]: [unknown[], unknown[]] = [[], []];
    const load = makeTenants(admin, 'held', 2, stop.signal, changeFailures);
    const sending = Promise.all([0, 1, 2, 3].map((sender) => sendEvents(agent, sender, stop.signal, failures)));
    await wait(1_500);
    await fillAndFree(disks.audit, failures);
    await mesh.services.audit.whenReady(60_000);
    await wait(2_000);
    stop.abort();
    const [result, acknowledged] = [await load, (await sending).flat()];

    expect(failures.filter((error) => !isPrecise(error))).toEqual([]);
    expect(failures.length).toBeGreaterThan(0);
    const full = { reason: 'LOG_UNAVAILABLE', metadata: { problem: 'DATABASE_FULL' } };
    expect(failures).toContainEqual(expect.objectContaining(full));
    expect(changeFailures).toEqual([]);
    expect(pids()).toEqual(started);
    await expectNothingLost(admin, 'held', result);
    for (const tenant of TENANTS) {
      const log = await logOf(admin, tenant);
      const own = acknowledged.filter((event) => event.tenant === tenant);
      expect(own.length).toBeGreaterThan(0);
      expect(own.filter(({ id, index }) => log[Number(index)] !== id)).toEqual([]);
      expect(new Set(log).size).toBe(log.length);
      const { verdict } = await logVerdict(admin.client(AuditServiceDefinition).verifyLog({ tenant }));
      expect(verdict.$case).toBe('consistent');
    }
  }, 120_000);
});
