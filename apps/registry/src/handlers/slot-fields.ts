import { reason } from '@weir/errors';
import { z } from 'zod';

const MIN_TTL_MS = 5_000;
const MAX_TTL_MS = 300_000;

/** How long a lease lasts, in milliseconds; undefined when it is left open. */
export const ttl = () =>
  z
    .object({ seconds: z.bigint(), nanos: z.number() })
    .transform(({ seconds, nanos }) => Number(seconds) * 1_000 + Math.floor(nanos / 1e6))
    .refine((ms) => ms >= MIN_TTL_MS && ms <= MAX_TTL_MS, 'must be from 5 s to 5 min')
    .optional();

/** A number of bytes or rows. */
export const amount = () => z.bigint().min(0n, 'must not be negative');

/** A fencing token, as AcquireJobSlot gave it. */
export const fencingToken = () => z.bigint().min(1n, 'is required');

/** SLOT_LOST: the work must stop and must write nothing more. */
export const slotLost = (slot: string, token: bigint, problem: string) =>
  reason('SLOT_LOST', { slot, fencing_token: token, problem });
