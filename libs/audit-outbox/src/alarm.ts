import { Event, Outcome } from '@weir/contracts/audit';
import { Sensitivity } from '@weir/contracts/options';
import { randomUUID } from 'node:crypto';
import { PLATFORM_LOG } from './event.ts';

/** The flag of an event that found an audit log not to verify. */
export const LOG_INCONSISTENT = 'log_inconsistent';

/**
 * What the platform's log has to say of an event in a tenant's: who watches over all tenants reads one log. Undefined
 * for nearly every event.
 */
export function alarmOf(event: Event): Event | undefined {
  if (event.tenant === PLATFORM_LOG) return undefined;
  const foreign: unknown = event.errorReason === 'FOREIGN_TENANT' && event.details?.['tenant'];
  // The log of the one who tried says what they did; this one says to whom.
  if (typeof foreign === 'string') return alarm('foreign_tenant_refused', foreign, event);
  if (event.complianceFlags.includes(LOG_INCONSISTENT)) return alarm('audit_log_inconsistent', event.tenant, event);
  return undefined;
}

const alarm = (type: string, resource: string, event: Event): Event =>
  Event.fromPartial({
    id: randomUUID(),
    time: event.time,
    tenant: PLATFORM_LOG,
    principal: event.principal,
    service: event.service,
    method: event.method,
    type,
    resource,
    sensitivity: Sensitivity.CRITICAL,
    outcome: event.outcome === Outcome.SUCCEEDED ? Outcome.FAILED : event.outcome,
    errorReason: event.errorReason || 'LOG_INCONSISTENT',
    traceId: event.traceId,
    details: { log: event.tenant, event: event.id },
  });
