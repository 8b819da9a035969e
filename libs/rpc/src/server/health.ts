import type { Server } from '@grpc/grpc-js';
import { HealthImplementation } from 'grpc-health-check';
import type { Logger } from 'pino';

/** Why a part is not ready, in words for an operator; undefined when it is. */
export type ReadinessCheck = () => string | undefined;

/** Named checks: "database", "tokens", ... */
export type ReadinessChecks = Readonly<Record<string, ReadinessCheck>>;

const POLL_MS = 100;

/** grpc.health.v1 for the server ("") and each of its services, following the readiness checks. */
export function serveHealth(server: Server, services: readonly string[], checks: ReadinessChecks, log: Logger) {
  const health = new HealthImplementation(Object.fromEntries(['', ...services].map((name) => [name, 'NOT_SERVING'])));
  health.addToServer(server);
  let state = 'NOT_SERVING';
  let told = '';

  const set = (next: 'SERVING' | 'NOT_SERVING', why: string): void => {
    if (why !== told && why !== '') log.info({ waiting_for: why }, 'not ready');
    told = why;
    if (next === state) return;
    state = next;
    log.info({ state }, next === 'SERVING' ? 'ready' : 'not serving');
    for (const name of ['', ...services]) health.setStatus(name, next);
  };
  const poll = (): void => {
    const missing = missingParts(checks);
    set(missing.length === 0 ? 'SERVING' : 'NOT_SERVING', missing.join('; '));
  };
  poll();
  const timer = setInterval(poll, POLL_MS).unref();
  return {
    /** Tells clients to go elsewhere; for good. */
    drain(): void {
      clearInterval(timer);
      set('NOT_SERVING', '');
    },
  };
}

/** What is not ready, as "name: why"; a check that throws counts as such. */
export const missingParts = (checks: ReadinessChecks): string[] =>
  Object.entries(checks).flatMap(([name, check]) => {
    const why = answerOf(check);
    return why === undefined ? [] : [`${name}: ${why}`];
  });

function answerOf(check: ReadinessCheck): string | undefined {
  try {
    return check();
  } catch (error) {
    return `the check failed: ${error instanceof Error ? error.message : String(error)}`;
  }
}
