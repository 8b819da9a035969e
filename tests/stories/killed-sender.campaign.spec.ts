import { setTimeout as wait } from 'node:timers/promises';
import fc from 'fast-check';
import type { Mesh } from '@weir/mesh';
import { expectNothingLost, makeTenants } from './setup/change-load.ts';
import { factsOf, temporaryMesh } from './setup/start-mesh.ts';
import { administrator, type Actor } from './setup/story.ts';

const SENDERS = 6;
const SEED = 20261126;

type Victim = 'registry' | 'audit' | 'database';

/** What is killed, and how long after the one before. */
const kills = fc.array(
  fc.record({
    victim: fc.oneof(
      { weight: 3, arbitrary: fc.constant<Victim>('registry') },
      { weight: 1, arbitrary: fc.constant<Victim>('audit') },
      { weight: 1, arbitrary: fc.constant<Victim>('database') },
    ),
    afterMs: fc.integer({ min: 200, max: 1_500 }),
  }),
  { minLength: 9, maxLength: 9 },
);

describe('events of changes that are made while things are killed', () => {
  let mesh: Mesh;
  let admin: Actor;
  let stop: AbortController;
  beforeEach(() => (stop = new AbortController()));
  // A load does not outlive its test, however that ends.
  afterEach(() => stop.abort());

  beforeAll(async () => {
    mesh = await temporaryMesh();
    admin = administrator(factsOf(mesh));
    await admin.token();
  }, 90_000);
  afterAll(async () => {
    await admin[Symbol.asyncDispose]();
    await mesh[Symbol.asyncDispose]();
  }, 60_000);

  const kill = async (victim: Victim): Promise<void> => {
    if (victim !== 'database') return mesh.services[victim].kill('SIGKILL');
    const pid = mesh.databasePid();
    if (pid !== undefined) process.kill(pid, 'SIGKILL');
  };

  it('are each on record once, in order: the sender, audit and PostgreSQL killed at random', async () => {
    const load = makeTenants(admin, 'killed', SENDERS, stop.signal);

    for (const { victim, afterMs } of fc.sample(kills, { seed: SEED, numRuns: 1 }).flat()) {
      await wait(afterMs);
      await kill(victim);
    }
    await mesh.services.registry.whenReady(60_000);
    await wait(2_000);
    stop.abort();
    const result = await load;

    expect(result.confirmed.every((names) => names.length > 2)).toBe(true);
    expect(result.failures.length).toBeGreaterThan(0);
    await expectNothingLost(admin, 'killed', result);
  }, 150_000);

  it('are each on record once, in order: audit down for the whole run, then the sender killed too', async () => {
    const outage = await mesh.services.audit.outage();
    const load = makeTenants(admin, 'unheard', SENDERS, stop.signal);

    for (const afterMs of [1_500, 1_000]) {
      await wait(afterMs);
      await mesh.services.registry.kill('SIGKILL');
    }
    await mesh.services.registry.whenReady(60_000);
    await wait(2_000);
    stop.abort();
    const result = await load;
    await mesh.services.registry.kill('SIGKILL');
    outage[Symbol.dispose]();
    await Promise.all([mesh.services.registry, mesh.services.audit].map((service) => service.whenReady(60_000)));

    expect(result.confirmed.every((names) => names.length > 2)).toBe(true);
    await expectNothingLost(admin, 'unheard', result);
  }, 150_000);
});
