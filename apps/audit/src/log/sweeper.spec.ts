import { Sensitivity } from '@weir/contracts/options';
import { pino } from 'pino';
import { setTimeout as wait } from 'node:timers/promises';
import type { RemovalStore } from '../store/removal-store.ts';
import { admin, freshTenant, startTestAudit, userOf, type TestAudit } from '../testing/start-audit.ts';
import { startSweeper } from './sweeper.ts';

let audit: TestAudit;
beforeAll(async () => (audit = await startTestAudit()), 60_000);
afterAll(() => audit[Symbol.asyncDispose]());

/** A log of one tile whose retention is over by the clock of the sweeper. */
async function overdueLog(): Promise<string> {
  const tenant = freshTenant();
  const sensitivities = [Sensitivity.LOW, Sensitivity.MEDIUM, Sensitivity.HIGH, Sensitivity.CRITICAL];
  const rules = sensitivities.map((sensitivity) => ({ sensitivity, days: 1 }));
  await audit.as(userOf(tenant, 'admin')).putRetention({ tenant: `tenants/${tenant}`, retention: { rules } });
  await audit.record(tenant, 300);
  return tenant;
}

const firstLeft = async (tenant: string): Promise<bigint | undefined> => {
  const { events } = await audit.as(admin).queryEvents({ tenant: `tenants/${tenant}`, pageSize: 1_000 });
  return events.at(-1)?.index;
};

describe('the sweeper', () => {
  it.each(['all logs in turn', 'logs that were woken'])('goes on when a log fails: %s', async (how) => {
    const [broken, sound] = [await overdueLog(), await overdueLog()];
    const failing: RemovalStore = {
      ...audit.log.removals,
      basis: (scope, tenant) =>
        tenant === broken ? Promise.reject(new Error('broken')) : audit.log.removals.basis(scope, tenant),
    };
    const failures: string[] = [];
    const log = pino({ level: 'warn' }, { write: (line) => void failures.push(line) });
    const intervalMs = how === 'all logs in turn' ? 10 : 3_600_000;
    const clock = () => new Date(Date.now() + 100 * 86_400_000);

    await using sweeper = startSweeper({ ...audit.log, removals: failing, clock, intervalMs, log });
    if (intervalMs > 10) for (const tenant of [broken, sound]) sweeper.wake(tenant);
    while ((await firstLeft(sound)) === 0n) await wait(20);

    expect(await firstLeft(broken)).toBe(0n);
    expect(failures[0]).toContain(broken);
  });
});
