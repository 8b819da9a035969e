import type { TailEventsRequest, TailEventsResponse } from '@weir/contracts/audit';
import { reason } from '@weir/errors';
import { idIn, parse, tenantName, type ServerStream } from '@weir/rpc';
import { z } from 'zod';
import { matcher } from '../domain/event-filter.ts';
import { toLogged } from '../domain/logged-event.ts';
import { follow, takenInTime } from '../log/follow.ts';
import type { AuditLog } from '../log/audit-log.ts';
import { filterSchema } from './filter-schema.ts';

/** How long a message may wait to be taken. */
const PATIENCE_MS = 30_000;

const Request = z.object({
  tenant: tenantName(),
  filter: filterSchema,
  revision: z.bigint().min(0n, 'must not be negative').optional(),
});

type Parts = Pick<AuditLog, 'store' | 'removals' | 'growth'>;

/** Streams events as they are recorded, by ascending index. */
export function tailEvents({ store, removals, growth }: Parts): ServerStream<TailEventsRequest, TailEventsResponse> {
  return async function* (request, { scope, signal }) {
    const { tenant: name, filter, revision } = parse(Request, request);
    const tenant = idIn(name, 'tenants');

    const { size } = await store.state(scope, tenant);
    const from = revision ?? size;
    if (from > size) throw reason('REVISION_UNKNOWN', { revision: from, newest: size });
    const missed = await removals.removedLeaves(scope, tenant, { start: from, end: size });
    if (missed > 0n) throw reason('REVISION_COMPACTED', { revision: from });

    const steps = follow(store, growth, { scope, tenant, from, matches: matcher(filter), signal });
    for await (const { revision: reached, stored } of takenInTime(steps, PATIENCE_MS)) {
      yield { revision: reached, event: stored && toLogged(tenant, stored) };
    }
  };
}
