import { BreachClockState, ComplianceFramework, type BreachClock, type BreachTrigger } from '@weir/contracts/security';
import type { FrameworkConfig } from './framework-config.ts';
import { frameworkLabel, type KnownFramework } from './frameworks.ts';
import { requirementsOf } from './requirements.ts';

/** Something that may be a breach. */
export interface Incident {
  readonly tenant: string;
  readonly trigger: BreachTrigger;
  /** What happened, in a sentence, without personal data. */
  readonly description: string;
  readonly resources: readonly string[];
  readonly auditEventIds: readonly string[];
  readonly discoveredAt: Date;
}

/** One clock that an incident starts. */
export interface ClockStart {
  readonly framework: KnownFramework;
  readonly controlId: string;
  readonly notifyBy: Date;
}

/** An incident with the clocks that it starts. */
export interface NewIncident extends Incident {
  readonly clocks: readonly ClockStart[];
}

/** A clock as it is stored. */
export interface BreachClockRecord extends Incident, ClockStart {
  readonly id: string;
  /** Undefined: it runs. */
  readonly stoppedAt: Date | undefined;
  /** Undefined though it was stopped: it was no breach. */
  readonly notifiedAt: Date | undefined;
  readonly stoppedBy: string;
  readonly statement: string;
}

/** How many resources and events a clock names at most. */
export const MAX_NAMED = 100;

/** The rules that set a time to notify. */
const RULES: ReadonlyMap<ComplianceFramework, string> = new Map([
  [ComplianceFramework.GDPR, 'Art. 33(1)'],
  [ComplianceFramework.HIPAA, '164.404(b)'],
  [ComplianceFramework.PCI_DSS, '12.10.1'],
]);

/** The clocks that an incident starts: one for each active framework that sets a time to notify. */
export function clocksFor(configs: readonly FrameworkConfig[], discoveredAt: Date): ClockStart[] {
  return configs.flatMap(({ framework, isActive, parameters }) => {
    const period = requirementsOf(parameters).breachNotificationPeriod;
    const controlId = RULES.get(framework);
    if (!isActive || !period || controlId === undefined) return [];
    const notifyBy = new Date(discoveredAt.getTime() + Number(period.seconds) * 1_000);
    return [{ framework, controlId, notifyBy }];
  });
}

/** Where a clock stands. */
export function clockState({ stoppedAt, notifiedAt, notifyBy }: BreachClockRecord, now: Date): BreachClockState {
  if (notifiedAt) return BreachClockState.NOTIFIED;
  if (stoppedAt) return BreachClockState.DISMISSED;
  return notifyBy < now ? BreachClockState.OVERDUE : BreachClockState.RUNNING;
}

/** "tenants/acme/breach-clocks/gdpr-0a1b2c3d" */
export const clockName = ({ tenant, id }: Pick<BreachClockRecord, 'tenant' | 'id'>): string =>
  `tenants/${tenant}/breach-clocks/${id}`;

/** The id of a clock: its framework, and what the clocks of an incident have in common. */
export const clockId = (framework: KnownFramework, incident: string): string =>
  `${frameworkLabel(framework).toLowerCase().replace('_', '-')}-${incident}`;

/** A clock as callers see it. */
export const clockMessage = (record: BreachClockRecord, now: Date): BreachClock => ({
  name: clockName(record),
  framework: record.framework,
  controlId: record.controlId,
  trigger: record.trigger,
  description: record.description,
  resources: [...record.resources],
  auditEventIds: [...record.auditEventIds],
  discoveredAt: record.discoveredAt,
  notifyBy: record.notifyBy,
  state: clockState(record, now),
  notifiedAt: record.notifiedAt,
  stoppedBy: record.stoppedBy,
  statement: record.statement,
});
