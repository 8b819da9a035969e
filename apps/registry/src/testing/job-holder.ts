// A holder of job slots in a process of its own, to be killed: job-holder.ts <address> <tenant> <name> <holders>.
import { createClient, openChannel } from '@weir/client';
import { JobOutcome, UsageServiceDefinition } from '@weir/contracts/registry';
import { isReason } from '@weir/errors';
import { serviceToken } from '@weir/testing';
import { setTimeout as wait } from 'node:timers/promises';

const [address = '', tenant = '', name = '', holders = '1'] = process.argv.slice(2);
const token = serviceToken('agent');
const channel = openChannel({ address, tokens: { token: () => token, refused: () => undefined } });
const usage = createClient(UsageServiceDefinition, channel);

await Promise.all(Array.from({ length: Number(holders) }, (_, at) => work(at)));

/** Runs one job after the other: takes a slot, renews it, gives it back. */
async function work(holder: number): Promise<never> {
  for (let job = 0; ; job += 1) {
    try {
      const ttl = { seconds: 5n, nanos: 0 };
      const { slot } = await usage.acquireJobSlot({ tenant, job: `${tenant}/jobs/${name}-${holder}-${job}`, ttl });
      const held = { name: slot?.name ?? '', fencingToken: slot?.fencingToken ?? 0n };
      await wait(Math.random() * 100);
      await usage.renewJobSlot(held);
      await wait(Math.random() * 100);
      await usage.releaseJobSlot({ ...held, outcome: JobOutcome.COMPLETED, usage: { rowsRead: 1n } });
      process.stdout.write('done\n');
    } catch (error) {
      if (!isReason(error, 'JOB_SLOTS_EXHAUSTED')) throw error;
      await wait(20 + Math.random() * 50);
    }
  }
}
