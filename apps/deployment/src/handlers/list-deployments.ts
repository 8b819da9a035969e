import {
  Deployment,
  Phase,
  type ListDeploymentsRequest,
  type ListDeploymentsResponse,
} from '@weir/contracts/deployment';
import { reason } from '@weir/errors';
import {
  componentName,
  decodePageToken,
  encodePageToken,
  enumValue,
  idIn,
  pageSize,
  parse,
  tenantName,
} from '@weir/rpc';
import type { Unary } from '@weir/rpc';
import { z } from 'zod';
import type { RolloutStore } from '../store/rollout-store.ts';
import { environments } from './deployment-fields.ts';
import { deploymentMessage } from './deployment-message.ts';

const Request = z.object({
  parent: tenantName(),
  pageSize: pageSize(),
  pageToken: z.string(),
  environments: environments(),
  component: z.literal('').or(componentName()),
  phases: z.array(enumValue(Phase)).max(16, 'must be at most 16'),
});

const MAX_PAGE_BYTES = 3 * 1024 * 1024;

/** Lists the deployments of a tenant, latest first. */
export function listDeployments(rollouts: RolloutStore): Unary<ListDeploymentsRequest, ListDeploymentsResponse> {
  return async (request, { scope }) => {
    const { parent, pageSize: limit, pageToken, ...filter } = parse(Request, request);
    const query = { method: 'ListDeployments', parent, ...filter };
    const after = decodePageToken(query, pageToken);
    if (after && !/^\d{1,16}$/.test(after[0] ?? '')) throw reason('PAGE_TOKEN_INVALID');

    const found = await rollouts.list(scope, idIn(parent, 'tenants'), filter, after, limit + 1);
    const page: Deployment[] = [];
    let bytes = 0;
    for (const record of found.slice(0, limit)) {
      const deployment = { ...deploymentMessage(record), checks: [], history: [] };
      bytes += Deployment.encode(deployment).finish().length;
      if (page.length > 0 && bytes > MAX_PAGE_BYTES) break;
      page.push(deployment);
    }

    const last = found[page.length - 1];
    const isLast = page.length === found.length || !last;
    const cursor = last ? [last.cursor, idIn(last.rollout.name, 'deployments')] : [];
    return { deployments: page, nextPageToken: isLast ? '' : encodePageToken(query, cursor) };
  };
}
