import type { AuditFields } from '@weir/context';
import { raisedSensitivity } from '@weir/contracts';
import { Event, Outcome } from '@weir/contracts/audit';
import { Code, type WeirError } from '@weir/errors';
import type { Call } from '@weir/rpc';
import { randomUUID } from 'node:crypto';

/** The log of what concerns no tenant. */
export const PLATFORM_LOG = 'tenants/platform';
const TENANT_ID = /^[a-z][a-z0-9-]{1,61}[a-z0-9]$/;
const MAX_RESOURCE = 512;
const REFUSALS: ReadonlySet<Code> = new Set([
  Code.UNAUTHENTICATED,
  Code.PERMISSION_DENIED,
  Code.RESOURCE_EXHAUSTED,
  Code.INVALID_ARGUMENT,
]);

/** The audit event of a call that ended with this error, or well. */
export function eventOf(service: string, call: Call, error: WeirError | undefined): Event {
  const { rule, method, path } = call.info;
  const fields = call.auditFields;
  const tenant = call.scope.tenant ?? call.principal?.tenant;
  const ms = performance.now() - call.startedAt;
  return Event.fromPartial({
    id: fields.eventId ?? randomUUID(),
    time: new Date(),
    tenant: tenant !== undefined && TENANT_ID.test(tenant) ? `tenants/${tenant}` : PLATFORM_LOG,
    principal: call.principal?.subject ?? '',
    actor: call.principal?.actor ?? '',
    service,
    method: path.slice(1),
    type: rule.eventType || snakeCase(method),
    resource: storable(fields.resource ?? resourceIn(call.request)).slice(0, MAX_RESOURCE),
    agent: fields.agent ?? '',
    dataset: fields.dataset ?? '',
    processingType: fields.processingType ?? '',
    sensitivity: raisedSensitivity(rule.sensitivity, fields.sensitivity),
    dataSizeBytes: fields.dataSizeBytes === undefined ? undefined : BigInt(fields.dataSizeBytes),
    outcome: outcomeOf(error),
    errorReason: error?.reason ?? '',
    duration: { seconds: BigInt(Math.floor(ms / 1000)), nanos: Math.round((ms % 1000) * 1e6) },
    traceId: call.traceId,
    policyRevision: BigInt(fields.policyRevision ?? 0),
    complianceFlags: [...(fields.flags ?? [])],
    details: storableDetails({ ...fields.details, ...error?.metadata }),
    sealedDetails: [...(fields.sealed ?? [])],
  });
}

/** An event of work that no call caused: a state machine's step, a lease that ran out. */
export function backgroundEvent(service: string, event: Partial<Event> & Pick<Event, 'type' | 'sensitivity'>): Event {
  return Event.fromPartial({
    id: randomUUID(),
    time: new Date(),
    tenant: PLATFORM_LOG,
    principal: `principals/${service}`,
    service,
    outcome: Outcome.SUCCEEDED,
    ...event,
  });
}

function outcomeOf(error: WeirError | undefined): Outcome {
  if (!error) return Outcome.SUCCEEDED;
  return REFUSALS.has(error.code) ? Outcome.REFUSED : Outcome.FAILED;
}

function resourceIn(request: unknown): string {
  const fields = new Map<string, unknown>(Object.entries(request ?? {}));
  const named = ['name', 'parent', 'tenant'].map((key) => fields.get(key));
  return named.find((value): value is string => typeof value === 'string' && value !== '') ?? '';
}

const snakeCase = (name: string): string => name.replace(/(?!^)[A-Z]/g, '_$&').toLowerCase();

// PostgreSQL stores no NUL, and a refused request may hold one anywhere.
const storable = (text: string): string => text.replaceAll('\0', '\ufffd');

const storableDetails = (details: NonNullable<AuditFields['details']>): NonNullable<AuditFields['details']> =>
  Object.fromEntries(
    Object.entries(details).map(([key, value]) => [key, typeof value === 'string' ? storable(value) : value]),
  );
