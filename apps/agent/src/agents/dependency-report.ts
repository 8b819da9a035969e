import { BreakerState, type DependencyHealth } from '@weir/contracts/agent';
import type { Dependencies } from '../dependencies/dependencies.ts';
import { healthOf, type DependencyFacts } from '../domain/dependency-health.ts';

/** Says why something is not ready; undefined when it is. */
type Check = () => string | undefined;

/** What is looked at beside the calls that go through breakers. */
export interface ReportParts {
  readonly dependencies: Dependencies;
  readonly database: Check;
  readonly audit: Check;
  readonly datasets: Check;
}

/** All that an agent depends on, by name. */
export const dependencyReport =
  ({ dependencies, ...checks }: ReportParts): (() => DependencyHealth[]) =>
  () =>
    [
      ...[dependencies.registry, dependencies.security, dependencies.deployment, dependencies.workers].map(
        (dependency) => dependency.health(),
      ),
      ...Object.entries(checks).map(([name, check]) => checked(name, check())),
    ].sort((a, b) => (a.dependency < b.dependency ? -1 : 1));

/** Health of what has no breaker: it answers, or it does not. */
function checked(name: string, problem: string | undefined): DependencyHealth {
  const facts: DependencyFacts = {
    name,
    breaker: problem === undefined ? BreakerState.UNSPECIFIED : BreakerState.OPEN,
    since: undefined,
    inFlight: 0,
    maxInFlight: 0,
    errorRate: 0,
    lastProblem: problem ?? '',
  };
  return { ...healthOf(facts), breaker: BreakerState.UNSPECIFIED, reason: problem ?? '' };
}
