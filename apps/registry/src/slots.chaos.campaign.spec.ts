import { platformScope } from '@weir/context';
import { JobOutcome } from '@weir/contracts/registry';
import { sql } from 'kysely';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { catalogueOf } from './testing/catalogue.ts';
import { startTestRegistry, type TestRegistry } from './testing/start-registry.ts';

let registry: TestRegistry;
beforeAll(async () => {
  registry = await startTestRegistry({ poolSize: 20, acquireTimeoutMs: 30_000 });
}, 60_000);
afterAll(() => registry[Symbol.asyncDispose]());

const LIMIT = 6;
const TTL_MS = 5_000;
const ROUNDS = 8;
const tenant = 'tenants/stormy';

interface Holder {
  readonly child: ChildProcess;
  finished: number;
}

/** A process that runs five jobs at a time, each in a slot of its own, until it is killed. */
function startHolder(name: string): Holder {
  const program = join(import.meta.dirname, 'testing/job-holder.ts');
  const child = spawn(process.execPath, [program, registry.address, tenant, name, '5'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const holder = { child, finished: 0 };
  child.stdout.on('data', (lines: Buffer) => {
    holder.finished += lines.toString().split('\n').length - 1;
  });
  return holder;
}

/** Leases that live at this instant, and the same as the registry reports them. */
async function slotsNow(): Promise<{ live: number; reported: number }> {
  const { rows } = await registry.database.database.within(platformScope(), (tx) =>
    sql<{ live: bigint }>`
      select count(*) as live from job_slots
      where tenant = 'stormy' and ended_at is null and expires_at > clock_timestamp()`.execute(tx),
  );
  const { usage } = await registry.admin.usage.getUsage({ tenant });
  return { live: Number(rows[0]?.live ?? 0), reported: usage?.activeJobs ?? 0 };
}

async function sampleFor(ms: number): Promise<void> {
  for (const end = Date.now() + ms; Date.now() < end;) {
    const { live, reported } = await slotsNow();
    expect(live).toBeLessThanOrEqual(LIMIT);
    expect(reported).toBeLessThanOrEqual(LIMIT);
    await wait(50);
  }
}

async function kill({ child }: Holder): Promise<void> {
  const closed = once(child, 'close');
  child.kill('SIGKILL');
  await closed;
}

describe('job slots of holders that are killed at random', () => {
  it('are free within one time to live, never exceed the limit, and are counted once', async () => {
    await catalogueOf(registry).tenant('stormy', { limits: { maxConcurrentJobs: LIMIT } });
    let finished = 0;
    let holders = ['a', 'b', 'c'].map((name) => startHolder(`${name}-0`));
    for (let round = 1; round <= ROUNDS; round += 1) {
      const before = holders.reduce((sum, holder) => sum + holder.finished, 0);
      while (holders.reduce((sum, holder) => sum + holder.finished, 0) < before + 10) await sampleFor(200);
      await sampleFor(Math.random() * 500);
      const victims = holders.filter(() => Math.random() < 0.6);
      await Promise.all(victims.map(kill));
      finished += victims.reduce((sum, victim) => sum + victim.finished, 0);
      holders = holders.map((holder, at) => (victims.includes(holder) ? startHolder(`h${at}-${round}`) : holder));
    }
    finished += holders.reduce((sum, holder) => sum + holder.finished, 0);
    await Promise.all(holders.map(kill));
    await wait(TTL_MS + 200);
    expect(await slotsNow()).toEqual({ live: 0, reported: 0 });

    const { usage } = await registry.admin.usage.getUsage({ tenant });
    const rows = await registry.database.database.within(platformScope(), (tx) =>
      tx.selectFrom('job_slots').select('outcome').where('tenant', '=', 'stormy').execute(),
    );
    const completed = rows.filter(({ outcome }) => outcome === JobOutcome.COMPLETED).length;
    expect(usage).toMatchObject({ jobsCompleted: BigInt(completed), rowsRead: BigInt(completed) });
    expect(Number(usage?.jobsFailed)).toBe(rows.length - completed);
    // A release that was answered to nobody is counted all the same.
    expect(completed).toBeGreaterThanOrEqual(finished);
  }, 170_000);
});
