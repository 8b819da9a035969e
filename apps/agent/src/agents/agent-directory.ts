import type { Scope } from '@weir/context';
import { RouteKind, type Agent, type AgentVersion, type DependencyHealth } from '@weir/contracts/agent';
import type { Route } from '@weir/contracts/deployment';
import { judge, type AgentVerdict } from '../domain/agent-health.ts';
import type { FairQueue } from '../domain/fair-queue.ts';
import type { Routes } from '../routes/routes.ts';
import type { RunActivity } from '../runs/run-activity.ts';
import type { RunFiguresStore } from '../store/run-figures-store.ts';

/** An agent, and why it is as it is. */
export interface KnownAgent {
  readonly agent: Agent;
  readonly verdict: AgentVerdict;
  readonly routes: readonly Route[];
}

/** The components at work for tenants. */
export interface AgentDirectory {
  /** The ids of components with a run in the last 30 days or a route, ascending. */
  ids(scope: Scope, tenant: string): Promise<string[]>;
  /** One of them; undefined when it is none. */
  find(scope: Scope, tenant: string, id: string): Promise<KnownAgent | undefined>;
}

/** What it takes to know them. */
export interface AgentDirectoryParts {
  readonly figures: RunFiguresStore;
  readonly routes: Routes;
  readonly queue: FairQueue;
  readonly activity: RunActivity;
  readonly dependencyHealth: () => DependencyHealth[];
  readonly queueCapacity: number;
  readonly poolSize: number;
}

const HOUR_MS = 3_600_000;

/** Agents from runs, routes and what is at work. */
export function agentDirectory(parts: AgentDirectoryParts): AgentDirectory {
  const { figures, routes, activity } = parts;
  const ids = async (scope: Scope, tenant: string): Promise<string[]> => {
    const ran = await figures.components(scope, tenant);
    const routed = routes.ofTenant(`tenants/${tenant}`).map(({ component }) => component);
    return [...new Set([...ran, ...routed, ...activity.components(tenant)])].map(idOf).sort();
  };
  return {
    ids,
    async find(scope, tenant, id) {
      if (!(await ids(scope, tenant)).includes(id)) return undefined;
      return describe(parts, scope, tenant, `components/${id}`);
    },
  };
}

async function describe(
  parts: AgentDirectoryParts,
  scope: Scope,
  tenant: string,
  component: string,
): Promise<KnownAgent> {
  const { figures, queue, activity, queueCapacity, poolSize } = parts;
  const routes = parts.routes.ofTenant(`tenants/${tenant}`).filter((route) => route.component === component);
  const recent = await figures.figures(scope, tenant, component, new Date(Date.now() - HOUR_MS));
  const all = await figures.figures(scope, tenant, component, undefined);
  const ran = await figures.versions(scope, tenant, component);
  const recentRuns = Number(recent.succeeded + recent.failed);
  const queued = queue.waiting(tenant, component);
  const verdict = judge({
    dependencies: parts.dependencyHealth(),
    routes,
    queued,
    queueCapacity,
    recentRuns,
    errorRate: recentRuns === 0 ? 0 : Number(recent.failed) / recentRuns,
  });
  const agent: Agent = {
    name: `tenants/${tenant}/agents/${idOf(component)}`,
    component,
    health: verdict.health,
    versions: inOrder([...ran, ...routes.map(versionOf)]),
    workers: routes.length > 0 ? routes.reduce((sum, { readyReplicas }) => sum + readyReplicas, 0) : poolSize,
    running: activity.running(tenant, component),
    queued,
    lastRequestAt: all.lastStartedAt,
  };
  return { agent, verdict, routes };
}

const idOf = (component: string): string => component.split('/')[1] ?? component;

const versionOf = (route: Route): AgentVersion => ({
  componentVersion: route.version,
  environment: route.environment,
  route: { kind: RouteKind.DEPLOYMENT, deployment: route.deployment, colour: route.colour, worker: '', generation: 0n },
});

/** By environment and colour, the shared pool last, each once. */
function inOrder(versions: readonly AgentVersion[]): AgentVersion[] {
  const keyOf = ({ componentVersion, environment, route }: AgentVersion): string =>
    [-(route?.kind ?? 0), environment, route?.colour ?? 0, route?.deployment ?? '', componentVersion].join(' ');
  const known = new Map(versions.map((version) => [keyOf(version), version]));
  return [...known].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, version]) => version);
}
