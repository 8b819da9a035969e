import { ColourState, type DeploymentSpec } from '@weir/contracts/deployment';
import type { Tenant } from '@weir/contracts/registry';
import { reason } from '@weir/errors';
import type { Plan, Rollout } from './lane.ts';
import { replicasFor } from './take-step.ts';

/** What replicas take. */
export interface Take {
  readonly replicas: number;
  readonly spec: DeploymentSpec;
}

interface LaneName {
  readonly environment: number;
  readonly component: string;
}

/** A rollout of the tenant with a colour that is there. */
interface Running {
  readonly lane: LaneName;
  readonly rollout: Pick<Rollout, 'colour'>;
  readonly spec: DeploymentSpec;
}

/** The custom limits of a tenant that deployments are held to, and what a replica takes of each. */
const LIMITS: readonly (readonly [string, (spec: DeploymentSpec) => number])[] = [
  ['deployment-replicas', () => 1],
  ['deployment-cpu-millicores', ({ container }) => container?.resources?.cpuMillicores ?? 0],
  ['deployment-memory-bytes', ({ container }) => Number(container?.resources?.memoryBytes ?? 0n)],
  ['deployment-gpus', ({ container }) => container?.resources?.gpuCount ?? 0],
];

/** What is up once a new colour is: all that the tenant has running, without the colour that makes room for it. */
export function takesBeside(
  live: readonly Running[],
  lane: LaneName,
  fresh: { plan: Plan; spec: DeploymentSpec },
): Take[] {
  const inLane = live.filter((other) => isSame(other.lane, lane));
  const active = inLane.find(({ rollout }) => rollout.colour.state === ColourState.ACTIVE);
  const others = live.filter((other) => other === active || !inLane.includes(other));
  return [
    ...others.map(({ rollout, spec }) => ({ replicas: rollout.colour.desired, spec })),
    { replicas: replicasFor(fresh.plan, active?.rollout.colour), spec: fresh.spec },
  ];
}

const isSame = (one: LaneName, other: LaneName): boolean =>
  one.environment === other.environment && one.component === other.component;

/** Refuses a rollout that would take more than the tenant may have. */
export function checkQuota({ name, limits }: Tenant, takes: readonly Take[]): void {
  const broken = LIMITS.flatMap(([limit, per]) => {
    const allowed = limitOf(limits?.customLimits, limit);
    const needed = takes.reduce((sum, { replicas, spec }) => sum + replicas * per(spec), 0);
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

const limitOf = (limits: Readonly<Record<string, bigint>> | undefined, name: string): number | undefined => {
  const limit = limits?.[name];
  return limit === undefined ? undefined : Number(limit);
};
