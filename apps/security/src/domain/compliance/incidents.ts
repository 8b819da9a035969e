import { Outcome, type Event } from '@weir/contracts/audit';
import { BreachTrigger } from '@weir/contracts/security';
import { LRUCache } from 'lru-cache';
import type { Incident } from './breach-clock.ts';
import { PII_LEAKS } from './measures/data-measures.ts';

/** Sees incidents in events as they pass. */
export interface IncidentFinder {
  /** The incidents that an event completes; most events complete none. */
  see(event: Event): Incident[];
  /** The same for the last one of failures that were counted for all replicas. */
  judge(event: Event, counted: CountedFailures): Incident[];
}

/** Failed decryptions of one event. */
export interface Failure {
  /** The id of the tenant. */
  readonly tenant: string;
  /** Since the epoch. */
  readonly minute: number;
  readonly times: number;
  /** That of the event. */
  readonly id: string;
  readonly resource: string;
}

/** What is known of failures. */
export interface CountedFailures {
  /** Failures by minute since the epoch, of the last day. */
  readonly minutes: ReadonlyMap<number, number>;
  /** Since when anything is known of it. */
  readonly first: number;
  readonly recent: readonly { readonly id: string; readonly resource: string; readonly minute: number }[];
}

interface Sighting {
  readonly tenant: string;
  readonly trigger: BreachTrigger;
  /** How often it happened in this event. */
  readonly times: number;
}

interface Window extends CountedFailures {
  readonly minutes: Map<number, number>;
  /** Until when the last incident goes on. */
  quietUntil: number;
  readonly recent: { readonly id: string; readonly resource: string; readonly minute: number }[];
}

const MINUTE_MS = 60_000;
const WINDOW_MINUTES = 10;
const DAY_MINUTES = 24 * 60;
const MAX_RECENT = 100;
const MAX_WINDOWS = 10_000;
/** From how many in the window on it is an incident, whatever is usual. */
const LEAST: Readonly<Record<number, number>> = {
  [BreachTrigger.DECRYPTION_FAILURES]: 20,
  [BreachTrigger.TOKEN_ABUSE]: 5,
  [BreachTrigger.FOREIGN_ACCESS]: 20,
};
/** How many times more than usual is far more. */
const FAR_MORE = 10;
const TENANT = /^tenants\/([a-z][a-z0-9-]{1,61}[a-z0-9])(?:\/|$)/;
const DECRYPTIONS: ReadonlySet<string> = new Set(['data_decryption', 'reidentify_token']);

/** What an incident is in a sentence. */
const WORDS: Readonly<Record<number, string>> = {
  [BreachTrigger.LOG_TAMPERING]: 'The audit log does not verify, or its head does not follow from one seen before.',
  [BreachTrigger.DECRYPTION_FAILURES]: 'Decryptions or reidentifications failed far more often than usual.',
  [BreachTrigger.TOKEN_ABUSE]: 'Forged or revoked tokens of the tenant were used again and again.',
  [BreachTrigger.FOREIGN_ACCESS]: 'Principals of other tenants reached for resources of the tenant again and again.',
  [BreachTrigger.PII_LEAK]: 'Personal data was found in an output that had to be anonymous.',
};

/** What happened, in a sentence. */
export const incidentWords = (trigger: BreachTrigger): string => WORDS[trigger] ?? '';

/**
 * Remembers a day of what it sees for each tenant, in memory: what is usual is learned anew after a start. What only one
 * replica sees is for `judge`.
 */
export function incidentFinder(): IncidentFinder {
  const windows = new LRUCache<string, Window>({ max: MAX_WINDOWS });

  function windowOf({ tenant, trigger }: Sighting, minute: number): Window {
    const key = `${tenant} ${trigger}`;
    const window = windows.get(key) ?? { minutes: new Map(), first: minute, quietUntil: 0, recent: [] };
    windows.set(key, window);
    return window;
  }

  function judged(window: Window, sighting: Sighting, event: Event, counted: CountedFailures): Incident[] {
    const minute = minuteOf(event);
    if (!isFarMore(counted, sighting.trigger, minute) || minute < window.quietUntil) return [];
    window.quietUntil = minute + WINDOW_MINUTES;
    const recent = counted.recent.filter((one) => one.minute > minute - WINDOW_MINUTES).slice(-MAX_RECENT);
    const resources = [...new Set(recent.map(({ resource }) => resource))];
    return [
      incidentOf(
        sighting,
        event,
        recent.map(({ id }) => id),
        resources,
      ),
    ];
  }

  return {
    see(event) {
      const sighting = sightingIn(event);
      if (!sighting) return [];
      if (LEAST[sighting.trigger] === undefined) return [incidentOf(sighting, event, [event.id], [event.resource])];
      const window = windowOf(sighting, minuteOf(event));
      count(window, sighting, event);
      return judged(window, sighting, event, window);
    },
    judge(event, counted) {
      const sighting = sightingIn(event);
      return sighting ? judged(windowOf(sighting, minuteOf(event)), sighting, event, counted) : [];
    },
  };
}

/** What an event says of failed decryptions: they reach one replica only, and are counted for all. */
export function failureIn(event: Event): Failure | undefined {
  const sighting = sightingIn(event);
  if (sighting?.trigger !== BreachTrigger.DECRYPTION_FAILURES) return undefined;
  const { tenant, times } = sighting;
  return { tenant, times, minute: minuteOf(event), id: event.id, resource: event.resource };
}

function sightingIn(event: Event): Sighting | undefined {
  const { type, outcome, errorReason, details, tenant } = event;
  const named = (name: unknown): string | undefined => TENANT.exec(String(name))?.[1];
  const about = (id: string | undefined, trigger: BreachTrigger, times = 1): Sighting | undefined =>
    id === undefined || id === 'platform' ? undefined : { tenant: id, trigger, times };

  if (type === 'audit_log_inconsistent') return about(named(event.resource), BreachTrigger.LOG_TAMPERING);
  if (type === 'foreign_tenant_refused') return about(named(event.resource), BreachTrigger.FOREIGN_ACCESS);
  if (type === 'audit_checkpoint_refused') return about(named(event.resource), BreachTrigger.LOG_TAMPERING);
  if (PII_LEAKS.has(errorReason)) return about(named(tenant), BreachTrigger.PII_LEAK);
  if (errorReason === 'TOKEN_REVOKED') return about(named(details?.['principal']), BreachTrigger.TOKEN_ABUSE);
  if (errorReason === 'TOKEN_INVALID') return about(named(details?.['claimed_principal']), BreachTrigger.TOKEN_ABUSE);
  if (!DECRYPTIONS.has(type)) return undefined;
  const failed = Number(details?.['failed_count'] ?? 0) + (outcome === Outcome.SUCCEEDED ? 0 : 1);
  return failed > 0 ? about(named(tenant), BreachTrigger.DECRYPTION_FAILURES, failed) : undefined;
}

function count({ minutes, recent }: Window, { times }: Sighting, event: Event): void {
  const minute = minuteOf(event);
  minutes.set(minute, (minutes.get(minute) ?? 0) + times);
  recent.push({ id: event.id, resource: event.resource, minute });
  while (recent.length > MAX_RECENT || (recent[0] && recent[0].minute <= minute - WINDOW_MINUTES)) recent.shift();
  for (const old of minutes.keys()) if (old <= minute - DAY_MINUTES) minutes.delete(old);
}

/** Whether the last minutes have far more than the day before. */
function isFarMore({ minutes, first }: CountedFailures, trigger: BreachTrigger, minute: number): boolean {
  let now = 0;
  let before = 0;
  for (const [at, count] of minutes) {
    if (at > minute - WINDOW_MINUTES) now += count;
    else before += count;
  }
  const known = Math.min(minute - first, DAY_MINUTES) - WINDOW_MINUTES;
  const usual = before / Math.max(1, known / WINDOW_MINUTES);
  return now >= (LEAST[trigger] ?? 1) && now > FAR_MORE * usual;
}

const minuteOf = ({ time }: Event): number => Math.floor((time?.getTime() ?? Date.now()) / MINUTE_MS);

const incidentOf = (
  { tenant, trigger }: Sighting,
  event: Event,
  auditEventIds: readonly string[],
  resources: readonly string[],
): Incident => ({
  tenant,
  trigger,
  description: incidentWords(trigger),
  resources: resources.filter((resource) => resource !== ''),
  auditEventIds,
  discoveredAt: event.time ?? new Date(),
});
