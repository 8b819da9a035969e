import { BreakerState, type DependencyHealth } from '@weir/contracts/agent';
import { reason } from '@weir/errors';
import {
  BrokenCircuitError,
  bulkhead,
  BulkheadRejectedError,
  circuitBreaker,
  CircuitState,
  ConsecutiveBreaker,
  ExponentialBackoff,
  handleWhen,
  retry,
  TaskCancelledError,
  timeout,
  TimeoutStrategy,
  wrap,
} from 'cockatiel';
import { healthOf, type DependencyFacts } from '../domain/dependency-health.ts';
import { errorRate } from '../domain/error-rate.ts';
import { isOutage, isWorthRepeating } from './outage.ts';

/** Something that this service depends on, behind a retry, a circuit breaker, a bulkhead and a timeout of its own. */
export interface Dependency {
  readonly name: string;
  /** Runs a call to it. DEPENDENCY_UNAVAILABLE at once while the breaker is open or the bulkhead is full. */
  run<T>(work: (signal: AbortSignal) => Promise<T>, signal?: AbortSignal): Promise<T>;
  breaker(): BreakerState;
  health(): DependencyHealth;
}

/** How a dependency is guarded. */
export interface DependencyOptions {
  readonly name: string;
  /** Calls at the same time. */
  readonly maxInFlight: number;
  /** For one attempt, in milliseconds; undefined: the work bounds itself. */
  readonly timeoutMs: number | undefined;
  /** Attempts in all; 1: no retry. */
  readonly attempts: number;
  readonly onState?: (name: string, state: BreakerState) => void;
}

const FAILURES_TO_OPEN = 5;
const OPEN_MS = 2_000;

/** Guards a dependency. */
export function dependency(options: DependencyOptions): Dependency {
  const { name, maxInFlight, timeoutMs } = options;
  const rate = errorRate();
  const { breaker, bulkheads, policy } = policies(options);
  let since = new Date();
  let lastProblem = '';
  breaker.onStateChange((state) => {
    since = new Date();
    options.onState?.(name, STATES[state]);
  });
  const facts = (): DependencyFacts => ({
    name,
    breaker: STATES[breaker.state],
    since,
    inFlight: maxInFlight - bulkheads.executionSlots,
    maxInFlight,
    errorRate: rate.read(),
    lastProblem,
  });

  return {
    name,
    async run(work, signal) {
      try {
        const result = await policy.execute(({ signal: inside }) => work(inside), signal);
        rate.add(false);
        return result;
      } catch (error) {
        const failed = isOutage(error);
        rate.add(failed);
        if (failed && error instanceof Error) lastProblem = error.message;
        throw explain(error, name, timeoutMs);
      }
    },
    breaker: () => STATES[breaker.state],
    health: () => healthOf(facts()),
  };
}

/** Outermost the retry, so that each attempt asks the breaker; innermost the timeout, for one attempt. */
function policies({ maxInFlight, timeoutMs, attempts }: DependencyOptions) {
  const breaker = circuitBreaker(handleWhen(isOutage), {
    halfOpenAfter: OPEN_MS,
    breaker: new ConsecutiveBreaker(FAILURES_TO_OPEN),
  });
  const bulkheads = bulkhead(maxInFlight);
  const repeated = retry(handleWhen(isWorthRepeating), {
    maxAttempts: attempts - 1,
    backoff: new ExponentialBackoff({ initialDelay: 50, maxDelay: 500 }),
  });
  const inner = wrap(breaker, bulkheads);
  const guarded = attempts > 1 ? wrap(repeated, inner) : inner;
  const bounded = timeoutMs === undefined ? guarded : wrap(guarded, timeout(timeoutMs, TimeoutStrategy.Aggressive));
  return { breaker, bulkheads, policy: bounded };
}

const STATES: Readonly<Record<CircuitState, BreakerState>> = {
  [CircuitState.Closed]: BreakerState.CLOSED,
  [CircuitState.Open]: BreakerState.OPEN,
  [CircuitState.HalfOpen]: BreakerState.HALF_OPEN,
  [CircuitState.Isolated]: BreakerState.OPEN,
};

function explain(error: unknown, name: string, timeoutMs: number | undefined): unknown {
  if (error instanceof BrokenCircuitError) return unavailable(name, error, OPEN_MS);
  if (error instanceof BulkheadRejectedError) return unavailable(name, error, 100);
  if (error instanceof TaskCancelledError) return unavailable(name, error, timeoutMs ?? 1000);
  return error;
}

const unavailable = (name: string, cause: Error, retryAfterMs: number) =>
  reason('DEPENDENCY_UNAVAILABLE', { dependency: name }, { cause, retryAfterMs });
