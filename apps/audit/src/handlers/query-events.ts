import type { LoggedEvent, QueryEventsRequest, QueryEventsResponse } from '@weir/contracts/audit';
import { decodePageToken, encodePageToken, idIn, pageSize, parse, tenantName, type Unary } from '@weir/rpc';
import { z } from 'zod';
import { toLogged } from '../domain/logged-event.ts';
import type { AuditLog } from '../log/audit-log.ts';
import { search, type Search } from '../log/search/search.ts';
import { filterSchema } from './filter-schema.ts';

const MAX_PAGE_BYTES = 3 * 2 ** 20;
/** Events that are read for a page beyond those on it: what is rare and not looked up takes more than one page to find. */
const MAX_WORK = 700;

const Request = z.object({
  tenant: tenantName(),
  filter: filterSchema,
  pageSize: pageSize(),
  pageToken: z.string(),
});

type Stores = Pick<AuditLog, 'store' | 'searches' | 'recent'>;

/** Lists the events of a tenant that match a filter, newest first. */
export function queryEvents(stores: Stores): Unary<QueryEventsRequest, QueryEventsResponse> {
  return async (request, { scope }) => {
    const { tenant: name, filter, pageSize: size, pageToken } = parse(Request, request);
    const query = { name, filter };
    const [cursor] = decodePageToken(query, pageToken) ?? [];
    const tenant = idIn(name, 'tenants');

    const to = cursor === undefined ? undefined : BigInt(cursor);
    const { events, next } = await readPage(stores, { scope, tenant, to, filter, size });
    return { events, nextPageToken: next === undefined ? '' : encodePageToken(query, [String(next)]) };
  };
}

interface Page {
  readonly events: LoggedEvent[];
  /** Where the next page begins, not included; undefined after the last. */
  readonly next?: bigint;
}

async function readPage(stores: Stores, query: Search): Promise<Page> {
  const { size } = query;
  const events: LoggedEvent[] = [];
  let [bytes, work] = [0, 0];
  for await (const { matches, next, cost } of search(stores, query)) {
    for (const { stored, event } of matches) {
      bytes += stored.bytes.length;
      const isFull = events.length === size || (events.length > 0 && bytes > MAX_PAGE_BYTES);
      if (isFull) return { events, next: stored.index + 1n };
      events.push(toLogged(query.tenant, stored, undefined, event));
    }
    work += cost;
    if (work > MAX_WORK + size && next > 0n) return { events, next };
  }
  return { events };
}
