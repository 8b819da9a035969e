import type { DeploymentSpec } from '@weir/contracts/deployment';
import type { Tenant } from '@weir/contracts/registry';
import { reason } from '@weir/errors';

/** What replicas take. */
export interface Take {
  readonly replicas: number;
  readonly spec: DeploymentSpec;
}

/** The custom limits of a tenant that deployments are held to, and what a replica takes of each. */
const LIMITS: readonly (readonly [string, (spec: DeploymentSpec) => number])[] = [
  ['deployment-replicas', () => 1],
  ['deployment-cpu-millicores', ({ container }) => container?.resources?.cpuMillicores ?? 0],
  ['deployment-memory-bytes', ({ container }) => Number(container?.resources?.memoryBytes ?? 0n)],
  ['deployment-gpus', ({ container }) => container?.resources?.gpuCount ?? 0],
];

/** Refuses a rollout whose new colour does not fit beside everything that the tenant has running. */
export function checkQuota({ name, limits }: Tenant, running: readonly Take[], fresh: Take): void {
  const broken = LIMITS.flatMap(([limit, per]) => {
    const allowed = limitOf(limits?.customLimits, limit);
    const needed = [...running, fresh].reduce((sum, { replicas, spec }) => sum + replicas * per(spec), 0);
    return allowed !== undefined && needed > allowed ? [{ limit, needed, allowed }] : [];
  });
  const [first] = broken;
  if (!first) return;
  const quota = broken.map(({ limit, needed, allowed }) => ({
    subject: `${name}/limits/${limit}`,
    description: `would be ${needed} with both colours up, at most ${allowed}`,
  }));
  const facts = { what: first.limit, needed: first.needed, limit: first.allowed, tenant: name };
  throw reason('QUOTA_TOO_SMALL', facts, { quota });
}

const limitOf = (
  limits: NonNullable<Tenant['limits']>['customLimits'] | undefined,
  name: string,
): number | undefined => {
  const value: unknown = limits instanceof Map ? limits.get(name) : limits?.[name];
  return typeof value === 'bigint' ? Number(value) : undefined;
};
