import type { ListComponentVersionsRequest, ListComponentVersionsResponse } from '@weir/contracts/registry';
import { componentName, pageSize, parse, type Unary } from '@weir/rpc';
import { z } from 'zod';
import { versionRange } from '../domain/manifest/manifest.ts';
import { idOf } from '../domain/names.ts';
import { spansOf } from '../domain/version-spans.ts';
import type { ComponentStore } from '../store/component-store.ts';
import { viewer } from './component-fields.ts';
import { placeAfter, versionPage } from './version-pages.ts';

const Request = z
  .object({
    tenant: viewer(),
    parent: componentName(),
    range: z.union([z.literal(''), versionRange()], 'must be a version range, like ^1.2.0 or >=1.0.0 <3.0.0'),
    showArchived: z.boolean(),
    pageSize: pageSize(),
    pageToken: z.string(),
  })
  .refine(({ tenant, showArchived }) => !showArchived || tenant === 'tenants/-', {
    path: ['showArchived'],
    message: 'is only for "tenants/-"',
  });

/** ListComponentVersions: by precedence, highest first. */
export function listComponentVersions(
  components: ComponentStore,
): Unary<ListComponentVersionsRequest, ListComponentVersionsResponse> {
  return async (request, { scope }) => {
    const { tenant, parent, range, showArchived, pageSize, pageToken } = parse(Request, request);
    const query = ['ListComponentVersions', tenant, parent, range, showArchived];
    const after = placeAfter(query, pageToken);

    const spans = range === '' ? undefined : spansOf(range);
    const filter = { component: idOf(parent), spans, showArchived };
    const page = await components.versionsOf(scope, filter, { after, limit: pageSize });

    return versionPage(query, page);
  };
}
