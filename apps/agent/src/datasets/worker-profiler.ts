import { tenantScope } from '@weir/context';
import { ExecuteRequest, type RunLimits } from '@weir/contracts/agent';
import { idIn } from '@weir/rpc';
import { randomUUID } from 'node:crypto';
import { millisOf } from '../domain/durations.ts';
import { execute } from '../runs/execution.ts';
import type { DatasetStore } from '../store/dataset-store.ts';
import type { Workers } from '../workers/workers.ts';
import type { DatasetProfiler } from './dataset-profiler.ts';
import type { DataSource } from './dataset-reader.ts';
import { withContent, type HoldParts } from './held-content.ts';

/** What it takes to profile datasets. */
export interface ProfilerParts extends HoldParts {
  readonly datasets: DatasetStore;
  readonly workers: Workers;
  readonly limits: RunLimits;
}

/** Profiles datasets with the pipeline that a component would use, on the shared workers. */
export function workerProfiler(parts: ProfilerParts): DatasetProfiler {
  return {
    async profileOf(stored, { signal }) {
      if (stored.profile) return [...stored.profile];
      const { dataset, content } = stored;
      const tenant = idIn(dataset.name, 'tenants');
      const profile = await withContent(parts, stored, '', async (source) => {
        const wanted = { tenant, component: PROFILE_COMPONENT, route: undefined, avoid: new Set<string>() };
        await using lease = await parts.workers.lease(wanted, signal);
        const request = requestOf(tenant, source, parts.limits);
        const timeoutMs = millisOf(parts.limits.maxDuration);
        const result = await execute(lease, request, { signal, timeoutMs, onProgress: () => undefined });
        return result.profiles[0]?.columns ?? [];
      });
      // A profile has values in it: what is encrypted at rest leaves none of them elsewhere.
      if (dataset.keyVersion === '')
        await parts.datasets.keepProfile(tenantScope(tenant), dataset.name, content, profile);
      return profile;
    },
  };
}

const PROFILE_COMPONENT = 'components/weir-profile';

const requestOf = (tenant: string, { path, format, csv }: DataSource, limits: RunLimits): ExecuteRequest =>
  ExecuteRequest.fromPartial({
    tenant: `tenants/${tenant}`,
    runId: randomUUID(),
    attempt: 1,
    componentVersion: `${PROFILE_COMPONENT}/versions/1.0.0`,
    digest: `sha256:${'0'.repeat(64)}`,
    pipeline: {
      steps: [
        { id: 'data', config: { $case: 'read', value: {} } },
        { id: 'profile', config: { $case: 'profile', value: {} } },
      ],
    },
    inputs: { data: { place: { $case: 'path', value: path }, format, csv } },
    limits,
    route: { kind: 1 },
  });
