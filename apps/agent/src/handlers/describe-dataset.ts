import type { DataLocation, DescribeDatasetRequest, DescribeDatasetResponse } from '@weir/contracts/agent';
import { reason } from '@weir/errors';
import { childName, idIn, parse, type Unary } from '@weir/rpc';
import { z } from 'zod';
import type { DatasetFiles } from '../datasets/dataset-files.ts';
import type { DatasetProfiler } from '../datasets/dataset-profiler.ts';
import type { StoredDataset } from '../domain/dataset.ts';
import type { DatasetStore } from '../store/dataset-store.ts';

const Request = z.object({ name: childName('datasets'), includeProfile: z.boolean(), includeLocation: z.boolean() });

/** What the handler works with. */
export interface DescribeDatasetParts {
  readonly datasets: DatasetStore;
  readonly files: DatasetFiles;
  readonly profiler: DatasetProfiler;
}

/** Reads what is known of a dataset. */
export function describeDataset(parts: DescribeDatasetParts): Unary<DescribeDatasetRequest, DescribeDatasetResponse> {
  return async (request, context) => {
    const { name, includeProfile, includeLocation } = parse(Request, request);
    if (includeLocation && context.principal?.kind !== 'service') {
      throw reason('SERVICE_ONLY', { what: 'the location of a dataset' });
    }

    const found = await parts.datasets.find(context.scope, name);
    if (!found) throw reason('DATASET_NOT_FOUND', { name }, { resource: { type: 'Dataset', name } });
    if (includeLocation && found.dataset.keyVersion !== '') throw reason('DATASET_SEALED', { name });
    const profile = includeProfile ? await parts.profiler.profileOf(found, context) : [];

    return { dataset: found.dataset, profile, location: includeLocation ? locationOf(found, parts.files) : undefined };
  };
}

// A file on this machine stays where it is for as long as the dataset is what it is.
function locationOf({ dataset, content }: StoredDataset, files: DatasetFiles): DataLocation {
  const { name, format, csv } = dataset;
  const value = files.pathOf(idIn(name, 'tenants'), content, format);
  return { place: { $case: 'path', value }, format, csv, expiresAt: undefined };
}
