import type { ListDatasetsRequest, ListDatasetsResponse } from '@weir/contracts/agent';
import { DataFormat } from '@weir/contracts/registry';
import {
  decodePageToken,
  encodePageToken,
  enumValue,
  idIn,
  pageSize,
  parse,
  tenantName,
  text,
  type Unary,
} from '@weir/rpc';
import { z } from 'zod';
import type { DatasetStore } from '../store/dataset-store.ts';
import { labels } from './dataset-fields.ts';

const Request = z.object({
  parent: tenantName(),
  pageSize: pageSize(),
  pageToken: z.string(),
  formats: z.array(enumValue(DataFormat)),
  text: text(0, 120),
  labels: labels(),
  runId: text(0, 63),
});

/** Lists datasets by id. */
export function listDatasets(datasets: DatasetStore): Unary<ListDatasetsRequest, ListDatasetsResponse> {
  return async (request, { scope }) => {
    const { parent, pageSize: size, pageToken, ...rest } = parse(Request, request);
    const filter = { ...rest, tenant: idIn(parent, 'tenants') };
    const [after = ''] = decodePageToken(filter, pageToken) ?? [];

    const found = await datasets.list(scope, filter, after, size + 1);

    const page = found.slice(0, size);
    const last = page.at(-1);
    const isLast = found.length <= size || last === undefined;
    return { datasets: page, nextPageToken: isLast ? '' : encodePageToken(filter, [idIn(last.name, 'datasets')]) };
  };
}
