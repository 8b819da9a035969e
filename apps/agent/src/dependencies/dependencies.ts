import { BreakerState } from '@weir/contracts/agent';
import { Gauge, type Registry } from 'prom-client';
import { dependency, type Dependency } from './dependency.ts';

/** What the agent depends on, each behind a breaker of its own. */
export interface Dependencies {
  readonly registry: Dependency;
  readonly security: Dependency;
  readonly deployment: Dependency;
  readonly workers: Dependency;
}

const CALL_MS = 5_000;

/** Guards the dependencies; the state of each breaker is a metric. */
export function agentDependencies(metrics: Registry, poolSize: number): Dependencies {
  const states = new Gauge({
    name: 'agent_breaker_state',
    help: 'State of the circuit breaker of each dependency: 1 closed, 2 open, 3 half open.',
    labelNames: ['dependency'] as const,
    registers: [metrics],
  });
  const onState = (name: string, state: BreakerState): void => states.set({ dependency: name }, state);
  const guard = (name: string, maxInFlight: number, timeoutMs: number | undefined, attempts: number): Dependency => {
    onState(name, BreakerState.CLOSED);
    return dependency({ name, maxInFlight, timeoutMs, attempts, onState });
  };
  return {
    registry: guard('registry', 200, CALL_MS, 2),
    security: guard('security', 200, CALL_MS, 2),
    deployment: guard('deployment', 2, CALL_MS, 1),
    workers: guard('workers', poolSize, undefined, 1),
  };
}
