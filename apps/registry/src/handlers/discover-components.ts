import type { DiscoverComponentsRequest, DiscoverComponentsResponse } from '@weir/contracts/registry';
import { pageSize, parse, type Unary } from '@weir/rpc';
import { z } from 'zod';
import type { ComponentStore } from '../store/component-store.ts';
import { viewer } from './component-fields.ts';
import { componentFilter } from './component-filter.ts';
import { placeAfter, versionPage } from './version-pages.ts';

const Request = z.object({
  tenant: viewer(),
  filter: componentFilter(),
  pageSize: pageSize(),
  pageToken: z.string(),
});

/** DiscoverComponents: by component, then by precedence, highest first. */
export function discoverComponents(
  components: ComponentStore,
): Unary<DiscoverComponentsRequest, DiscoverComponentsResponse> {
  return async (request, { scope }) => {
    const { tenant, filter, pageSize, pageToken } = parse(Request, request);
    const query = ['DiscoverComponents', tenant, filter];
    const after = placeAfter(query, pageToken);

    const page = await components.discover(scope, filter, { after, limit: pageSize });

    return versionPage(query, page);
  };
}
