import type { Rollout } from '../domain/lane.ts';

/** What of a rollout is kept as JSON: everything that has no column of its own. */
export type RolloutState = Omit<Rollout, 'name' | 'revision' | 'old'>;

/** The state of a rollout as JSON, the same text for the same state. */
export function stateJson({ name: _name, revision: _revision, old: _old, ...state }: Rollout): string {
  return JSON.stringify(state);
}
