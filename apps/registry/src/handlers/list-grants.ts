import type { ListGrantsRequest, ListGrantsResponse } from '@weir/contracts/registry';
import { reason } from '@weir/errors';
import { componentName, decodePageToken, encodePageToken, pageSize, parse, type Unary } from '@weir/rpc';
import { z } from 'zod';
import { grantMessage } from '../domain/grant.ts';
import { idOf } from '../domain/names.ts';
import type { GrantPage, GrantStore } from '../store/grant-store.ts';
import { viewer } from './component-fields.ts';

const Request = z.object({
  tenant: viewer(),
  component: z.union([z.literal(''), componentName()], 'must be "components/<id>"'),
  showEnded: z.boolean(),
  pageSize: pageSize(),
  pageToken: z.string(),
});

/** ListGrants: by tenant, then component, then id. */
export function listGrants(grants: GrantStore): Unary<ListGrantsRequest, ListGrantsResponse> {
  return async (request, { scope }) => {
    const { tenant, component, showEnded, pageSize, pageToken } = parse(Request, request);
    const query = ['ListGrants', tenant, component, showEnded];
    const after = grantAfter(query, pageToken);

    const found = await grants.list(scope, {
      tenant: scope.tenant,
      component: component === '' ? undefined : idOf(component),
      showEnded,
      after,
      limit: pageSize + 1,
    });
    const page = found.slice(0, pageSize);
    const last = found.length > page.length ? page.at(-1) : undefined;

    return {
      grants: page.map((grant) => grantMessage(grant, scope.tenant)),
      nextPageToken: last ? encodePageToken(query, [last.tenant, last.component, last.id]) : '',
    };
  };
}

function grantAfter(query: unknown, token: string): GrantPage['after'] {
  const cursor = decodePageToken(query, token);
  if (!cursor) return undefined;
  const [tenant, component, id] = cursor;
  if (tenant === undefined || component === undefined || id === undefined) throw reason('PAGE_TOKEN_INVALID');
  return { tenant, component, id };
}
