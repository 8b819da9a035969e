import type { GetAgentMetricsRequest, GetAgentMetricsResponse } from '@weir/contracts/agent';
import { reason } from '@weir/errors';
import { childName, idIn, parse, type Unary } from '@weir/rpc';
import { z } from 'zod';
import type { AgentDirectory, AgentDirectoryParts } from '../agents/agent-directory.ts';
import { durationOf, millisOf } from '../domain/durations.ts';
import { metricsOf } from '../domain/run-figures.ts';
import type { RunFiguresStore } from '../store/run-figures-store.ts';
import type { WorkerMemory } from '../workers/worker-memory.ts';
import { durationField } from './dataset-fields.ts';

const MINUTE_MS = 60_000;
const MONTH_MS = 30 * 86_400_000;
const MAX_ROUTES = 100;
const MAX_ISSUES = 50;

const Request = z.object({
  name: childName('agents'),
  window: durationField()
    .refine((window) => millisOf(window) >= MINUTE_MS && millisOf(window) <= MONTH_MS, 'must be 1 minute to 30 days')
    .optional(),
});

/** What the handler works with. */
export interface GetAgentMetricsParts extends Pick<AgentDirectoryParts, 'dependencyHealth'> {
  readonly directory: AgentDirectory;
  readonly figures: RunFiguresStore;
  readonly workerMemory: WorkerMemory;
  readonly startedAt: number;
}

/** Reads the figures of an agent. */
export function getAgentMetrics(parts: GetAgentMetricsParts): Unary<GetAgentMetricsRequest, GetAgentMetricsResponse> {
  const { directory, figures, workerMemory, startedAt } = parts;
  return async (request, { scope }) => {
    const { name, window } = parse(Request, request);
    const tenant = idIn(name, 'tenants');
    const found = await directory.find(scope, tenant, idIn(name, 'agents'));
    if (!found) throw reason('AGENT_NOT_FOUND', { name }, { resource: { type: 'Agent', name } });
    const { component } = found.agent;
    const since = window && new Date(Date.now() - millisOf(window));

    const whole = await figures.figures(scope, tenant, component, since);
    const routes = await figures.byRoute(scope, tenant, component, since, MAX_ROUTES);

    return {
      metrics: metricsOf(whole),
      routes: routes.map(({ version, figures: own }) => ({ version, metrics: metricsOf(own) })),
      uptime: durationOf(Date.now() - startedAt),
      memoryBytes: await workerMemory.of(found.routes),
      recentQualityIssues: await figures.issues(scope, tenant, component, MAX_ISSUES),
      breakers: Object.fromEntries(parts.dependencyHealth().map(({ dependency, breaker }) => [dependency, breaker])),
    };
  };
}
