import type { Event, MethodCoverage } from '@weir/contracts/audit';
import type { MethodInfo } from '@weir/contracts';
import { Outcome } from '@weir/contracts/audit';
import { Permission, TenantScope } from '@weir/contracts/options';
import { eventCounts, type EventCounts } from './event-counts.ts';

/** Which methods produced which events, so far. */
export interface CoverageTally {
  add(event: Event): void;
  /** One per method, by name. */
  list(): MethodCoverage[];
}

interface Covered {
  readonly info: MethodInfo;
  readonly counts: EventCounts;
  readonly missing: Map<string, bigint>;
}

/** A tally of the methods of the contract. */
export function coverageTally(methods: Iterable<MethodInfo>): CoverageTally {
  const covered = new Map(
    [...methods].map((info): [string, Covered] => [
      info.path.slice(1),
      { info, counts: eventCounts(), missing: new Map() },
    ]),
  );
  return {
    add(event) {
      const method = covered.get(event.method);
      if (!method) return;
      method.counts.add(event);
      for (const field of missingFields(method.info, event)) {
        method.missing.set(field, (method.missing.get(field) ?? 0n) + 1n);
      }
    },
    list: () =>
      [...covered]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([method, { info, counts, missing }]) => ({
          method,
          declared: info.rule.audit,
          counts: counts.list(),
          missingFields: [...missing]
            .sort(([a], [b]) => (a < b ? -1 : 1))
            .map(([field, eventCount]) => ({ field, eventCount })),
        })),
  };
}

// Whoever is refused by authentication is nobody yet, and has named nothing that counts.
const ANONYMOUS = /^(TOKEN_|KEYS_UNAVAILABLE)/;

/** The fields that an event of a method should have carried and does not. */
function missingFields({ rule }: MethodInfo, event: Event): string[] {
  const isAnonymous = event.outcome !== Outcome.SUCCEEDED && ANONYMOUS.test(event.errorReason);
  const needsPrincipal = rule.permission !== Permission.PUBLIC && !isAnonymous;
  const needsResource = rule.tenantScope === TenantScope.FIELD && event.outcome === Outcome.SUCCEEDED;
  return [
    needsPrincipal && event.principal === '' && 'principal',
    needsResource && event.resource === '' && 'resource',
    event.traceId === '' && 'trace_id',
    event.duration === undefined && 'duration',
  ].filter((field) => field !== false);
}
