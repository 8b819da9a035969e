import type { CountedFailures, Failure } from '../domain/compliance/incidents.ts';

/** Counts failures by minute, where all replicas see them. */
export interface FailureCountStore {
  /** Adds those of a tenant, and answers what there was in the day before, with them. */
  add(tenant: string, failures: readonly Failure[]): Promise<CountedFailures>;
}
