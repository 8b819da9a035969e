import type { Scope } from '@weir/context';
import type { BreachClockState } from '@weir/contracts/security';
import type { BreachClockRecord, NewIncident } from '../domain/compliance/breach-clock.ts';

/** Which clocks of a tenant a page shows. */
export interface ClockPage {
  /** Only of these frameworks; empty: all. */
  readonly frameworks: readonly number[];
  /** Only those that stand here at `now`; empty: all. */
  readonly states: readonly BreachClockState[];
  readonly now: Date;
  readonly after: { readonly notifyBy: Date; readonly id: string } | undefined;
  readonly limit: number;
}

/** How a clock was stopped. */
export interface ClockStop {
  /** Undefined: it was no breach. */
  readonly notifiedAt: Date | undefined;
  readonly by: string;
  readonly statement: string;
}

/** Keeps the clocks of incidents. Every method sees those of its scope only. */
export interface BreachClockStore {
  /**
   * Starts the clocks of an incident; answers with those that are new. Where a clock of the same framework and trigger
   * runs, the incident belongs to that one: its events and resources are added.
   */
  start(scope: Scope, incident: NewIncident): Promise<BreachClockRecord[]>;
  /** By deadline, the earliest first. */
  list(scope: Scope, tenant: string, page: ClockPage): Promise<BreachClockRecord[]>;
  /** All of a tenant. */
  all(scope: Scope, tenant: string): Promise<BreachClockRecord[]>;
  /** Like `find`, and nobody else changes it before the transaction ends. */
  lock(scope: Scope, tenant: string, id: string): Promise<BreachClockRecord | undefined>;
  /** Stops a clock. Call `lock` before. */
  stop(scope: Scope, tenant: string, id: string, stop: ClockStop): Promise<BreachClockRecord>;
}
