import type { Scope } from '@weir/context';
import type { GetInclusionProofRequest, GetInclusionProofResponse } from '@weir/contracts/audit';
import { reason } from '@weir/errors';
import { idIn, parse, tenantName, type Unary } from '@weir/rpc';
import { z } from 'zod';
import type { StoredEvent } from '../domain/entry.ts';
import { eventId, treeSize } from './event-schema.ts';
import { eventName } from '../domain/logged-event.ts';
import type { AuditLog } from '../log/audit-log.ts';
import { inconsistent } from '../log/heads.ts';
import type { LogStore } from '../store/log-store.ts';

const position = () => z.bigint().min(0n, 'must not be negative');

const Request = z.object({
  tenant: tenantName(),
  entry: z.discriminatedUnion(
    '$case',
    [
      z.object({ $case: z.literal('eventId'), value: eventId() }),
      z.object({ $case: z.literal('index'), value: position() }),
    ],
    'event_id or index is required',
  ),
  treeSize: treeSize(),
});

type Parts = Pick<AuditLog, 'store' | 'removals' | 'heads' | 'prover'>;

/** Proves that an event is in the log, against the head of any size that includes it. */
export function getInclusionProof(parts: Parts): Unary<GetInclusionProofRequest, GetInclusionProofResponse> {
  const { store, heads, prover } = parts;
  return async (request, { scope }) => {
    const { tenant: name, entry, treeSize: size } = parse(Request, request);
    const tenant = idIn(name, 'tenants');

    return store.together(scope, async () => {
      const byId = entry.$case === 'eventId' ? await findById(store, scope, tenant, entry.value) : undefined;
      const signed = await heads.sign(scope, tenant, size);
      const index = byId?.index ?? (entry.$case === 'index' ? entry.value : 0n);
      if (index >= signed.head.size) throw reason('INDEX_TOO_LARGE', { index, tree_size: signed.head.size });
      const event = byId ?? (await findAt(parts, scope, tenant, index));
      return { proof: await prover.prove(signed, event) };
    });
  };
}

async function findById(store: LogStore, scope: Scope, tenant: string, id: string): Promise<StoredEvent> {
  const event = await store.eventById(scope, tenant, id);
  if (!event) throw reason('EVENT_NOT_FOUND', { name: eventName(tenant, id) });
  return event;
}

async function findAt({ store, removals }: Parts, scope: Scope, tenant: string, index: bigint): Promise<StoredEvent> {
  const range = { from: index, to: index + 1n, limit: 1 } as const;
  const [event] = await store.events(scope, tenant, range);
  if (event) return event;
  if ((await removals.removedLeaves(scope, tenant, { start: index, end: index + 1n })) === 1n) {
    throw reason('LOG_RANGE_REMOVED', { tenant: `tenants/${tenant}`, first_index: index, end_index: index + 1n });
  }
  throw inconsistent(tenant, `event ${index} is missing`);
}
