import { backgroundEvent, PLATFORM_LOG, type AuditJournal } from '@weir/audit-outbox';
import { tenantScope } from '@weir/context';
import { Event } from '@weir/contracts/audit';
import { Sensitivity } from '@weir/contracts/options';
import { breachTriggerToJSON } from '@weir/contracts/security';
import type { Database } from '@weir/database';
import type { Logger } from 'pino';
import { clockName, clocksFor, type BreachClockRecord, type Incident } from '../domain/compliance/breach-clock.ts';
import { frameworkLabel } from '../domain/compliance/frameworks.ts';
import { failureIn, incidentFinder } from '../domain/compliance/incidents.ts';
import type { BreachClockStore } from '../store/breach-clock-store.ts';
import type { FailureCountStore } from '../store/failure-count-store.ts';
import type { FrameworkStore } from '../store/framework-store.ts';
import type { Schema } from '../store/schema.ts';

/** What an incident watch works with. */
export interface IncidentWatchParts {
  readonly database: Database<Schema>;
  readonly frameworks: FrameworkStore;
  readonly clocks: BreachClockStore;
  readonly failures: FailureCountStore;
  readonly journal: Pick<AuditJournal, 'append' | 'wake'>;
  readonly log: Logger;
}

/** Starts the clocks of incidents. */
export interface IncidentWatch {
  /** Looks for incidents in events of this service that have reached the logs of tenants. */
  delivered(events: readonly Event[]): Promise<void>;
  /** Looks for incidents in an event of the platform's log, whichever service left it. */
  noticed(event: Event): Promise<void>;
  /** Starts the clocks of an incident that was found otherwise. */
  happened(incident: Incident): Promise<void>;
}

/** A watch over events; each clock that starts is an event itself. */
export function incidentWatch({
  database,
  frameworks,
  clocks,
  failures,
  journal,
  log,
}: IncidentWatchParts): IncidentWatch {
  const finder = incidentFinder();

  async function happened(incident: Incident): Promise<void> {
    const scope = tenantScope(incident.tenant);
    await database.transaction(scope, async (tx) => {
      const { configs } = await frameworks.find(scope, incident.tenant);
      const due = clocksFor(configs, incident.discoveredAt);
      const started = due.length > 0 ? await clocks.start(scope, { ...incident, clocks: due }) : [];
      for (const clock of started) await journal.append(tx, startedEvent(clock));
    });
    journal.wake();
  }

  async function startClocks(find: () => Promise<Incident[]>): Promise<void> {
    try {
      for (const incident of await find()) await happened(incident);
    } catch (err) {
      // The events stay where they are: what was found in them must not hold up those behind.
      log.error({ err }, 'the clock of an incident did not start');
    }
  }

  const noticed = (event: Event): Promise<void> => startClocks(async () => finder.see(event));

  return {
    happened,
    noticed,
    async delivered(events) {
      // Those of the platform's log come back from there, with those of all other services.
      const own = events.filter(({ tenant }) => tenant !== PLATFORM_LOG);
      for (const event of own) if (!failureIn(event)) await noticed(event);
      // Each of these reaches one replica only: what counts is what all of them have seen.
      for (const { tenant, last, all } of failuresIn(own)) {
        await startClocks(async () => finder.judge(last, await failures.add(tenant, all)));
      }
    },
  };
}

/** Failed decryptions, by tenant, and the event of the last one. */
function failuresIn(events: readonly Event[]) {
  const seen = events.flatMap((event) => {
    const failure = failureIn(event);
    return failure ? [{ event, failure }] : [];
  });
  return [...Map.groupBy(seen, ({ failure }) => failure.tenant)].map(([tenant, own]) => ({
    tenant,
    last: own.reduce((latest, one) => (one.failure.minute < latest.failure.minute ? latest : one)).event,
    all: own.map(({ failure }) => failure),
  }));
}

const startedEvent = (clock: BreachClockRecord): Event =>
  backgroundEvent(
    'security',
    Event.fromPartial({
      type: 'breach_clock_started',
      tenant: `tenants/${clock.tenant}`,
      resource: clockName(clock),
      sensitivity: Sensitivity.HIGH,
      details: {
        framework: frameworkLabel(clock.framework),
        control: clock.controlId,
        trigger: breachTriggerToJSON(clock.trigger).replace('BREACH_TRIGGER_', '').toLowerCase(),
        notify_by: clock.notifyBy.toISOString(),
      },
    }),
  );
