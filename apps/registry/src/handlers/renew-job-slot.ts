import { StopReason, type RenewJobSlotRequest, type RenewJobSlotResponse } from '@weir/contracts/registry';
import { childName, parse, type Unary } from '@weir/rpc';
import { z } from 'zod';
import { slotMessage, stopReason } from '../domain/job-slot.ts';
import { idOf } from '../domain/names.ts';
import type { SlotStores } from './acquire-job-slot.ts';
import { fencingToken, slotLost, ttl } from './slot-fields.ts';

const Request = z.object({ name: childName('slots'), fencingToken: fencingToken(), ttl: ttl() });

/** RenewJobSlot: another time to live, and whether to go on. Who was told to stop is not renewed again. */
export function renewJobSlot({ tenants, slots }: SlotStores): Unary<RenewJobSlotRequest, RenewJobSlotResponse> {
  return async (request, { scope, principal }) => {
    const { name, fencingToken, ttl } = parse(Request, request);
    const [, tenant = ''] = name.split('/');

    const slot = await slots.holdOne(scope, tenant, idOf(name));
    if (!slot || slot.holder !== principal?.subject) throw slotLost(name, fencingToken, 'the caller does not hold it');
    if (slot.fencingToken !== fencingToken) throw slotLost(name, fencingToken, 'it was taken over');
    if (slot.released) throw slotLost(name, fencingToken, 'it was released');
    if (!(await slots.isLive(scope, slot))) throw slotLost(name, fencingToken, 'its lease has ended');
    if (slot.stopReason !== StopReason.UNSPECIFIED) return { slot: slotMessage(slot), stopReason: slot.stopReason };
    const stop = stopReason(await tenants.find(scope, tenant), await slots.processingMs(scope, tenant));
    const renewed = await slots.renew(scope, slot, ttl ?? slot.ttlMs, stop);

    return { slot: slotMessage(renewed), stopReason: stop };
  };
}
