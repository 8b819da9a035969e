import type { ListTenantsRequest, ListTenantsResponse } from '@weir/contracts/registry';
import { decodePageToken, encodePageToken, pageSize, parse, type Unary } from '@weir/rpc';
import { z } from 'zod';
import { tenantMessage } from '../domain/tenant.ts';
import type { TenantStore } from '../store/tenant-store.ts';

const Request = z.object({ pageSize: pageSize(), pageToken: z.string(), showDeleted: z.boolean() });

/** ListTenants: by id, ascending. */
export function listTenants(tenants: TenantStore): Unary<ListTenantsRequest, ListTenantsResponse> {
  return async (request, { scope }) => {
    const { pageSize, pageToken, showDeleted } = parse(Request, request);
    const query = ['ListTenants', showDeleted];
    const [after = ''] = decodePageToken(query, pageToken) ?? [];

    const found = await tenants.list(scope, { after, limit: pageSize + 1, showDeleted });
    const page = found.slice(0, pageSize);
    const last = found.length > page.length ? page.at(-1) : undefined;

    return { tenants: page.map(tenantMessage), nextPageToken: last ? encodePageToken(query, [last.id]) : '' };
  };
}
