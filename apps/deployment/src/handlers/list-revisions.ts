import type { ListRevisionsRequest, ListRevisionsResponse } from '@weir/contracts/deployment';
import { Environment } from '@weir/contracts/registry';
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
import { revisionMessage } from './deployment-message.ts';

const Request = z.object({
  parent: tenantName(),
  environment: enumValue(Environment),
  component: componentName(),
  pageSize: pageSize(),
  pageToken: z.string(),
});

const NEWEST = 2_147_483_647;

/** Lists what was rolled out for one tenant, environment and component. */
export function listRevisions(rollouts: RolloutStore): Unary<ListRevisionsRequest, ListRevisionsResponse> {
  return async (request, { scope }) => {
    const { parent, environment, component, pageSize: limit, pageToken } = parse(Request, request);
    const query = { method: 'ListRevisions', parent, environment, component };
    const cursor = decodePageToken(query, pageToken);
    const before = cursor ? Number(cursor[0]) : NEWEST;
    if (!Number.isInteger(before) || before > NEWEST) throw reason('PAGE_TOKEN_INVALID');

    const lane = { tenant: idIn(parent, 'tenants'), environment, component };
    const found = await rollouts.revisions(scope, lane, before, limit + 1);
    const page = found.slice(0, limit);

    const last = found.length > limit ? page.at(-1) : undefined;
    return {
      revisions: page.map(revisionMessage),
      nextPageToken: last ? encodePageToken(query, [String(last.rollout.revision)]) : '',
    };
  };
}
