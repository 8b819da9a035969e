import { type JobOutcome, StopReason, type JobSlot, type JobUsage } from '@weir/contracts/registry';
import { Code, isReason, reason, WeirError } from '@weir/errors';
import { setTimeout as wait } from 'node:timers/promises';
import type { JobSlots } from '../registry/job-slots.ts';

/** A slot that is renewed until it is released. */
export interface KeptSlot {
  readonly fencingToken: bigint;
  /** Gives it back with what was used. Never fails: what cannot be told now is told later, or the lease ends by itself. */
  release(outcome: JobOutcome, usage: JobUsage): Promise<void>;
}

/** What keeps slots. */
export interface SlotKeeper {
  readonly slots: JobSlots;
  readonly ttlMs: number;
}

const RELEASE_ATTEMPTS = 10;

/** Renews a slot every third of its time to live. `stop` is told why the work must end. */
export function keepSlot({ slots, ttlMs }: SlotKeeper, slot: JobSlot, stop: (why: WeirError) => void): KeptSlot {
  const released = new AbortController();
  const { signal } = released;
  let leaseEnds = Date.now() + ttlMs;

  const renewOnce = async (): Promise<void> => {
    const askedAt = Date.now();
    try {
      const stopReason = await slots.renew(slot);
      leaseEnds = askedAt + ttlMs;
      if (stopReason !== StopReason.UNSPECIFIED) stop(stopOf(stopReason, slot));
    } catch (error) {
      // A registry that is away changes nothing until the lease is over; then somebody else may hold the slot.
      if (isReason(error, 'SLOT_LOST')) stop(error);
      else if (Date.now() >= leaseEnds) stop(lost(slot));
    }
  };
  const renew = async (): Promise<void> => {
    const isDue = () => wait(ttlMs / 3, true, { signal, ref: false }).catch(() => false);
    while (await isDue()) await renewOnce();
  };
  void renew();

  return {
    fencingToken: slot.fencingToken,
    async release(outcome, usage) {
      released.abort();
      const tell = () => slots.release(slot, outcome, usage);
      await tell().catch((error: unknown) => {
        if (isPassing(error)) void tellLater(tell, ttlMs);
      });
    },
  };
}

async function tellLater(tell: () => Promise<void>, pauseMs: number): Promise<void> {
  for (let attempt = 1; attempt <= RELEASE_ATTEMPTS; attempt += 1) {
    await wait(pauseMs, undefined, { ref: false });
    const told = await tell().then(
      () => true,
      (error: unknown) => !isPassing(error),
    );
    if (told) return;
  }
}

const isPassing = (error: unknown): boolean => error instanceof WeirError && error.code === Code.UNAVAILABLE;

const lost = ({ name, fencingToken }: JobSlot): WeirError =>
  reason('SLOT_LOST', { slot: name, fencing_token: fencingToken, problem: 'it could not be renewed in time' });

function stopOf(stopReason: StopReason, { name }: JobSlot): WeirError {
  const tenant = name.split('/').slice(0, 2).join('/');
  if (stopReason === StopReason.TENANT_SUSPENDED) return reason('TENANT_SUSPENDED', { tenant });
  if (stopReason === StopReason.TENANT_DELETED) return reason('TENANT_DELETED', { tenant });
  return reason('PROCESSING_HOURS_EXHAUSTED', {
    tenant,
    limit: 'monthly',
    month: new Date().toISOString().slice(0, 7),
  });
}
