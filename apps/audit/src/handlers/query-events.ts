import type { LoggedEvent, QueryEventsRequest, QueryEventsResponse } from '@weir/contracts/audit';
import { decodePageToken, encodePageToken, idIn, pageSize, parse, tenantName, type Unary } from '@weir/rpc';
import { z } from 'zod';
import { toLogged } from '../domain/logged-event.ts';
import type { AuditLog } from '../log/audit-log.ts';
import { search } from '../log/search/search.ts';
import { filterSchema } from './filter-schema.ts';

const MAX_PAGE_BYTES = 3 * 2 ** 20;

const Request = z.object({
  tenant: tenantName(),
  filter: filterSchema,
  pageSize: pageSize(),
  pageToken: z.string(),
});

type Stores = Pick<AuditLog, 'store' | 'searches'>;

/** Lists the events of a tenant that match a filter, newest first. */
export function queryEvents(stores: Stores): Unary<QueryEventsRequest, QueryEventsResponse> {
  return async (request, { scope }) => {
    const { tenant: name, filter, pageSize: size, pageToken } = parse(Request, request);
    const query = { name, filter };
    const [cursor] = decodePageToken(query, pageToken) ?? [];
    const tenant = idIn(name, 'tenants');

    const to = cursor === undefined ? (await stores.store.state(scope, tenant)).size : BigInt(cursor);
    const events: LoggedEvent[] = [];
    let bytes = 0;
    for await (const matches of search(stores, { scope, tenant, to, filter })) {
      for (const { stored } of matches) {
        bytes += stored.bytes.length;
        const isFull = events.length === size || (events.length > 0 && bytes > MAX_PAGE_BYTES);
        if (isFull) return { events, nextPageToken: encodePageToken(query, [String(stored.index + 1n)]) };
        events.push(toLogged(tenant, stored));
      }
    }

    return { events, nextPageToken: '' };
  };
}
