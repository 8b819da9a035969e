import { AgentHealth, type DependencyHealth } from '@weir/contracts/agent';
import type { Route } from '@weir/contracts/deployment';

/** What is known of an agent at this moment. */
export interface AgentFacts {
  readonly dependencies: readonly DependencyHealth[];
  readonly routes: readonly Route[];
  readonly queued: number;
  readonly queueCapacity: number;
  /** Share of runs that failed in the last hour, and how many there were. */
  readonly errorRate: number;
  readonly recentRuns: number;
}

/** How an agent is, and why not better, worst first. */
export interface AgentVerdict {
  readonly health: AgentHealth;
  readonly reasons: readonly string[];
}

interface Finding {
  readonly health: AgentHealth;
  readonly reason: string;
}

/** Without these nothing runs; without the others runs go on. */
const ESSENTIAL: ReadonlySet<string> = new Set(['registry', 'database', 'datasets', 'workers']);
const DEGRADED_RATE = 0.1;
const UNHEALTHY_RATE = 0.5;
const ENOUGH_RUNS = 5;
const QUEUE_SHARE = 0.8;

/** Judges an agent. */
export function judge(facts: AgentFacts): AgentVerdict {
  const findings = [...ofDependencies(facts), ...ofRoutes(facts), ...ofRuns(facts), ...ofQueue(facts)];
  const worstFirst = findings.toSorted((a, b) => b.health - a.health);
  return {
    health: worstFirst[0]?.health ?? AgentHealth.HEALTHY,
    reasons: worstFirst.map(({ reason }) => reason),
  };
}

function ofDependencies({ dependencies, routes }: AgentFacts): Finding[] {
  return dependencies.flatMap(({ dependency, health, reason }) => {
    if (health === AgentHealth.HEALTHY) return [];
    // An agent with a deployment of its own does without the shared workers.
    const isEssential = ESSENTIAL.has(dependency) && !(dependency === 'workers' && routes.length > 0);
    return [{ health: isEssential ? health : AgentHealth.DEGRADED, reason }];
  });
}

const ofRoutes = ({ routes }: AgentFacts): Finding[] =>
  routes
    .filter(({ readyReplicas }) => readyReplicas === 0)
    .map(({ deployment }) => ({ health: AgentHealth.UNHEALTHY, reason: `${deployment} has no ready replica` }));

function ofRuns({ errorRate, recentRuns }: AgentFacts): Finding[] {
  if (recentRuns < ENOUGH_RUNS || errorRate <= DEGRADED_RATE) return [];
  const health = errorRate > UNHEALTHY_RATE ? AgentHealth.UNHEALTHY : AgentHealth.DEGRADED;
  return [{ health, reason: `${Math.round(errorRate * 100)} % of the ${recentRuns} runs of the last hour failed` }];
}

function ofQueue({ queued, queueCapacity }: AgentFacts): Finding[] {
  if (queued < queueCapacity * QUEUE_SHARE) return [];
  return [{ health: AgentHealth.DEGRADED, reason: `${queued} runs wait, the queue takes ${queueCapacity}` }];
}
