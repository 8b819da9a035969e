import { AgentHealth, BreakerState, type DependencyHealth } from '@weir/contracts/agent';

/** What is known of a dependency. */
export interface DependencyFacts {
  readonly name: string;
  readonly breaker: BreakerState;
  readonly since: Date | undefined;
  readonly inFlight: number;
  readonly maxInFlight: number;
  readonly errorRate: number;
  /** What its last failure said; empty without one. */
  readonly lastProblem: string;
}

const DEGRADED_RATE = 0.05;

/** How a dependency is, and why. */
export function healthOf(facts: DependencyFacts): DependencyHealth {
  const [health, reason] = verdict(facts);
  return {
    dependency: facts.name,
    health,
    breaker: facts.breaker,
    breakerSince: facts.since,
    inFlight: facts.inFlight,
    maxInFlight: facts.maxInFlight,
    errorRate: facts.errorRate,
    reason,
  };
}

function verdict({
  name,
  breaker,
  errorRate,
  inFlight,
  maxInFlight,
  lastProblem,
}: DependencyFacts): [AgentHealth, string] {
  if (breaker === BreakerState.OPEN) return [AgentHealth.UNHEALTHY, `${name} is not called any more: ${lastProblem}`];
  if (breaker === BreakerState.HALF_OPEN) return [AgentHealth.DEGRADED, `${name} is tried again: ${lastProblem}`];
  if (errorRate > DEGRADED_RATE) {
    return [AgentHealth.DEGRADED, `${Math.round(errorRate * 100)} % of the calls to ${name} failed: ${lastProblem}`];
  }
  if (maxInFlight > 0 && inFlight >= maxInFlight) {
    return [AgentHealth.DEGRADED, `${name} has ${inFlight} calls in flight, as many as it may`];
  }
  return [AgentHealth.HEALTHY, ''];
}
