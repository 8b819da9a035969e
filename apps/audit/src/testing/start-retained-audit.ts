import type { LoggedEvent, Retention, RetentionRule } from '@weir/contracts/audit';
import { Sensitivity } from '@weir/contracts/options';
import { sweepLog } from '../log/retention-sweep.ts';
import { admin, startTestAudit, userOf, type TestAudit } from './start-audit.ts';

/** A test audit whose days pass, and whose retention sweeps, when the test says so. */
export interface RetainedAudit extends TestAudit {
  /** In milliseconds; begins at `START`. */
  readonly clock: { now: number };
  /** As an administrator of the tenant, unless told otherwise. */
  put(tenant: string, retention: Partial<Retention>, caller?: ReturnType<typeof userOf>): Promise<unknown>;
  sweep(tenant: string): Promise<unknown>;
  /** What the log still has, from the oldest on. */
  left(tenant: string): Promise<LoggedEvent[]>;
  /** Of that, the places of what `record` recorded. */
  indexes(tenant: string): Promise<number[]>;
}

export const DAY = 86_400_000;
/** The first of January 2026. */
export const START = Date.UTC(2026, 0, 1);

const ALL = [Sensitivity.LOW, Sensitivity.MEDIUM, Sensitivity.HIGH, Sensitivity.CRITICAL];

/** Rules that keep events of these sensitivities, all by default, for so many days. */
export const rules = (days: number, which = ALL): RetentionRule[] =>
  which.map((sensitivity) => ({ sensitivity, days }));

/** Starts the audit service for a test of what it keeps. */
export async function startRetainedAudit(): Promise<RetainedAudit> {
  const clock = { now: START };
  const time = (): Date => new Date(clock.now);
  const audit = await startTestAudit({ clock: time });
  await audit.log.sweeper[Symbol.asyncDispose]();

  async function left(tenant: string): Promise<LoggedEvent[]> {
    const { events } = await audit.as(admin).queryEvents({ tenant: `tenants/${tenant}`, pageSize: 1000 });
    return events.toReversed();
  }

  return {
    ...audit,
    clock,
    put: (tenant, retention, caller = userOf(tenant, 'admin')) =>
      audit.as(caller).putRetention({ tenant: `tenants/${tenant}`, retention }),
    sweep: (tenant) => sweepLog({ ...audit.log, clock: time }, tenant),
    left,
    indexes: async (tenant) =>
      (await left(tenant)).filter(({ event }) => event?.service === 'agent').map(({ index }) => Number(index)),
  };
}
