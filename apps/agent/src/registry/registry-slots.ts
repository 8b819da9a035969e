import type { Client } from '@weir/client';
import type { UsageServiceDefinition } from '@weir/contracts/registry';
import type { Dependency } from '../dependencies/dependency.ts';
import { durationOf } from '../domain/durations.ts';
import type { JobSlots } from './job-slots.ts';

/** Job slots of the registry. */
export function registrySlots(
  client: Client<typeof UsageServiceDefinition>,
  registry: Dependency,
  ttlMs: number,
): JobSlots {
  const ttl = durationOf(ttlMs);
  return {
    async acquire(request, signal) {
      const acquire = { ...request, ttl };
      const { slot } = await registry.run((inner) => client.acquireJobSlot(acquire, { signal: inner }), signal);
      if (!slot) throw new Error(`the registry answered without a slot for ${request.job}`);
      return slot;
    },
    async renew({ name, fencingToken }) {
      const renewal = { name, fencingToken, ttl };
      return (await registry.run((signal) => client.renewJobSlot(renewal, { signal }))).stopReason;
    },
    async release({ name, fencingToken }, outcome, usage) {
      const release = { name, fencingToken, outcome, usage };
      await registry.run((signal) => client.releaseJobSlot(release, { signal }));
    },
  };
}
