import { Event, FaultReason } from '@weir/contracts/audit';
import { sameHash, type Hash } from '@weir/merkle';
import type { StoredEvent } from './entry.ts';
import type { Fault } from './fault.ts';

/** What the log says about the event at an index. */
export interface Expected {
  /** The id of the tenant. */
  readonly tenant: string;
  readonly index: bigint;
  /** The leaf hash in the stored tile; undefined when the tile does not have one there. */
  readonly leaf: Hash | undefined;
}

/** What is wrong with an event whose bytes hash to `leaf`; undefined when nothing is. */
export function checkEvent(
  { tenant, index, leaf: expected }: Expected,
  stored: StoredEvent,
  leaf: Hash,
): Fault | undefined {
  const event = tryDecode(stored.bytes);
  const owner = event?.tenant ?? '';
  if (owner.startsWith('tenants/') && owner !== `tenants/${tenant}`) {
    return { index, reason: FaultReason.TENANT_MISMATCH, description: `the event belongs to the log of ${owner}` };
  }
  if (!expected) {
    return { index, reason: FaultReason.NODE_MISMATCH, description: 'the stored tree has no leaf hash here' };
  }
  if (!sameHash(leaf, expected)) {
    const description = 'the event bytes do not hash to the leaf that the tree holds';
    return { index, reason: FaultReason.LEAF_MISMATCH, description, expected, actual: leaf };
  }
  const column = event ? differingColumn(stored, event) : 'the event bytes, which do not decode,';
  if (column === undefined) return undefined;
  return { index, reason: FaultReason.RECORD_MISMATCH, description: `${column} disagrees with the event bytes` };
}

/** The fault of an index without an event. */
export const missingEvent = (index: bigint): Fault => ({
  index,
  reason: FaultReason.EVENT_MISSING,
  description: 'no event is stored at this index, and no retention certificate covers it',
});

function differingColumn(stored: StoredEvent, event: Event): string | undefined {
  if (stored.id !== event.id) return 'the column id';
  if (stored.sensitivity !== event.sensitivity) return 'the column sensitivity';
  return stored.recordedAt.getTime() === event.recordedAt?.getTime() ? undefined : 'the column recorded_at';
}

function tryDecode(bytes: Buffer): Event | undefined {
  try {
    return Event.decode(bytes);
  } catch {
    return undefined;
  }
}
