import { tenantScope } from '@weir/context';
import { Pipeline } from '@weir/contracts/registry';
import { idIn } from '@weir/rpc';
import type { DatasetStore } from '../store/dataset-store.ts';
import type { DatasetProfiler } from './dataset-profiler.ts';
import { withContent, type HoldParts } from './held-content.ts';
import { executeOwn, locationOf, type OwnPipelineParts } from './own-pipeline.ts';

/** What it takes to profile datasets. */
export interface ProfilerParts extends HoldParts, OwnPipelineParts {
  readonly datasets: DatasetStore;
}

/** Profiles datasets with the pipeline that a component would use, on the shared workers. */
export function workerProfiler(parts: ProfilerParts): DatasetProfiler {
  return {
    async profileOf(stored, { signal }) {
      if (stored.profile) return [...stored.profile];
      const { dataset, content } = stored;
      const tenant = idIn(dataset.name, 'tenants');
      const profile = await withContent(parts, stored, '', async ({ path, format, csv }) => {
        const inputs = { data: locationOf(path, format, csv) };
        const work = { component, pipeline, inputs, outputs: {}, obligations: [] };
        const result = await executeOwn(parts, tenant, work, signal);
        return result.profiles[0]?.columns ?? [];
      });
      // A profile has values in it: what is encrypted at rest leaves none of them elsewhere.
      if (dataset.keyVersion === '')
        await parts.datasets.keepProfile(tenantScope(tenant), dataset.name, content, profile);
      return profile;
    },
  };
}

const component = 'components/weir-profile';

const pipeline = Pipeline.fromPartial({
  steps: [
    { id: 'data', config: { $case: 'read', value: {} } },
    { id: 'profile', config: { $case: 'profile', value: {} } },
  ],
});
