import { platformScope } from '@weir/context';
import { JobOutcome } from '@weir/contracts/registry';
import { isReason } from '@weir/errors';
import { sql } from 'kysely';
import { setTimeout as wait } from 'node:timers/promises';
import { catalogueOf } from './testing/catalogue.ts';
import { startTestRegistry, type TestRegistry } from './testing/start-registry.ts';

let registry: TestRegistry;
beforeAll(async () => {
  registry = await startTestRegistry({ poolSize: 20, acquireTimeoutMs: 30_000 });
});
afterAll(() => registry[Symbol.asyncDispose]());

/** Live leases, as the database has them at this instant. */
const liveSlots = (tenant: string): Promise<number> =>
  registry.database.database.within(platformScope(), async (tx) => {
    const { rows } = await sql<{ live: bigint }>`
      select count(*) as live from job_slots
      where tenant = ${tenant} and ended_at is null and expires_at > clock_timestamp()`.execute(tx);
    return Number(rows[0]?.live ?? 0);
  });

describe('job slots', () => {
  it('never exceed the limit at any instant under 200 concurrent acquirers', async () => {
    await catalogueOf(registry).tenant('crowded', { limits: { maxConcurrentJobs: 7 } });
    const tenant = 'tenants/crowded';
    const { usage } = registry.agent;
    let holding = 0;
    let most = 0;
    let completed = 0;
    const acquirer = async (at: number): Promise<void> => {
      for (;;) {
        try {
          const { slot, activeJobs } = await usage.acquireJobSlot({ tenant, job: `${tenant}/jobs/job-${at}` });
          holding += 1;
          most = Math.max(most, holding, activeJobs);
          await wait(1);
          holding -= 1;
          await usage.releaseJobSlot({
            name: slot?.name ?? '',
            fencingToken: slot?.fencingToken ?? 0n,
            outcome: JobOutcome.COMPLETED,
          });
          completed += 1;
          return;
        } catch (error) {
          if (!isReason(error, 'JOB_SLOTS_EXHAUSTED')) throw error;
          await wait(50 + Math.random() * 300);
        }
      }
    };
    const sampled: number[] = [];
    const done = Promise.all(Array.from({ length: 200 }, (_, at) => acquirer(at)));
    for (let running = true; running;) {
      running = await Promise.race([done.then(() => false), wait(10).then(() => true)]);
      sampled.push(await liveSlots('crowded'));
    }
    expect(completed).toBe(200);
    expect(most).toBe(7);
    expect(Math.max(...sampled)).toBeLessThanOrEqual(7);
    const { usage: month } = await registry.admin.usage.getUsage({ tenant });
    expect(month).toMatchObject({ jobsCompleted: 200n, jobsFailed: 0n, activeJobs: 0 });
  }, 120_000);
});
