import { Policy, type ListPoliciesRequest, type ListPoliciesResponse } from '@weir/contracts/security';
import { decodePageToken, encodePageToken, pageSize, parse, type Unary } from '@weir/rpc';
import { z } from 'zod';
import { tenantIn } from '../domain/principal.ts';
import type { PolicyStore } from '../store/policy-store.ts';
import { tenantField } from './question-fields.ts';

const MAX_BYTES = 3 * 1024 * 1024;

const Request = z.object({
  parent: tenantField(),
  pageSize: pageSize(),
  pageToken: z.string(),
  principal: z.string().max(200, 'must have at most 200 characters'),
});

/** Lists the policies of a tenant by id. */
export function listPolicies(policies: PolicyStore): Unary<ListPoliciesRequest, ListPoliciesResponse> {
  return async (request, { scope }) => {
    const { parent, pageSize: size, pageToken, principal } = parse(Request, request);
    const tenant = tenantIn(parent);
    const query = ['ListPolicies', parent, principal];
    const [after = ''] = decodePageToken(query, pageToken) ?? [];

    const policyRevision = await policies.revision(scope, tenant);
    const found = await policies.list(scope, tenant, { principal, after, limit: size + 1 });

    const page = fitting(found.slice(0, size));
    const last = found.length > page.length ? page.at(-1)?.name.split('/').at(-1) : undefined;
    return { policies: page, nextPageToken: last ? encodePageToken(query, [last]) : '', policyRevision };
  };
}

/** As many as fit into one message, and at least one. */
function fitting(policies: readonly Policy[]): Policy[] {
  let bytes = 0;
  return policies.filter((policy, index) => {
    bytes += Policy.encode(policy).finish().length;
    return index === 0 || bytes <= MAX_BYTES;
  });
}
