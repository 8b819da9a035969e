import { JobOutcome, type ReleaseJobSlotRequest, type ReleaseJobSlotResponse } from '@weir/contracts/registry';
import { childName, enumValue, parse, type Unary } from '@weir/rpc';
import { z } from 'zod';
import { heldMs } from '../domain/job-slot.ts';
import { durationOf } from '../domain/month.ts';
import { idOf } from '../domain/names.ts';
import type { SlotStore } from '../store/slot-store.ts';
import { amount, fencingToken, slotLost } from './slot-fields.ts';

const Request = z.object({
  name: childName('slots'),
  fencingToken: fencingToken(),
  outcome: enumValue(JobOutcome),
  usage: z
    .object({
      rowsRead: amount(),
      rowsWritten: amount(),
      processedBytes: amount(),
      storedBytes: amount().optional(),
    })
    .optional()
    .transform((usage) => usage ?? { rowsRead: 0n, rowsWritten: 0n, processedBytes: 0n }),
});

/** ReleaseJobSlot: counted once, however often it is repeated. */
export function releaseJobSlot(slots: SlotStore): Unary<ReleaseJobSlotRequest, ReleaseJobSlotResponse> {
  return async (request, context) => {
    const { name, fencingToken, outcome, usage } = parse(Request, request);
    const { scope, principal } = context;
    const [, tenant = ''] = name.split('/');

    await slots.hold(scope, tenant);
    const slot = await slots.holdOne(scope, tenant, idOf(name));
    if (!slot || slot.holder !== principal?.subject) throw slotLost(name, fencingToken, 'the caller does not hold it');
    if (slot.fencingToken !== fencingToken) throw slotLost(name, fencingToken, 'it was taken over');
    const ended = slot.released ? slot : await slots.release(scope, slot, outcome, usage);
    context.audit({
      dataSizeBytes: Number(usage.processedBytes),
      details: { outcome, processing_ms: heldMs(ended), expired: ended.expired, repeated: slot.released },
    });

    return { processingTime: durationOf(heldMs(ended)), expired: ended.expired };
  };
}
