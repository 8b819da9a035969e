import type { Logger } from 'pino';
import { rotateDueKeys, type DueKeyParts } from './keys/rotate-due-keys.ts';
import type { TokenRewrap } from './privacy/token-rewrap.ts';
import type { AssessmentStore } from './store/assessment-store.ts';
import type { CiphertextStore } from './store/ciphertext-store.ts';
import type { DecisionStore } from './store/decision-store.ts';

const EVERY_MS = 3_600_000;
const PURGED_AT_ONCE = 100_000;
const ANSWERS_KEPT_MS = 24 * EVERY_MS;

/** What is kept in order. */
export interface DueTaskParts extends DueKeyParts {
  readonly ciphertexts: Pick<CiphertextStore, 'purge'>;
  readonly decisions: DecisionStore;
  readonly assessments: AssessmentStore;
  readonly rewrapTokens: TokenRewrap;
  readonly kept: { readonly decisionsMs: number };
}

/** Everything that must be done now and then. */
export const dueTasks = (parts: DueTaskParts): (() => Promise<void>)[] => [
  () => parts.decisions.purge(parts.kept.decisionsMs),
  () => parts.assessments.purge(ANSWERS_KEPT_MS),
  () => parts.ciphertexts.purge(PURGED_AT_ONCE),
  async () => {
    await rotateDueKeys(parts);
    await parts.rewrapTokens();
  },
];

/** Does what must be done now and then: once an hour, the first time after an hour. A task that fails is tried again. */
export function startHousekeeping(log: Logger, tasks: readonly (() => Promise<void>)[]): Disposable {
  const run = (task: () => Promise<void>): void => {
    task().catch((err: unknown) => log.warn({ err }, 'housekeeping failed; the next hour tries again'));
  };
  const timer = setInterval(() => tasks.forEach(run), EVERY_MS).unref();
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
