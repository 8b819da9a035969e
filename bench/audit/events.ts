import { randomUUID } from 'node:crypto';
import { Event, Outcome, RecordEventsRequest } from '@weir/contracts/audit';
import { Sensitivity } from '@weir/contracts/options';

const TYPES = [
  'data_processing_request',
  'query',
  'upload_dataset',
  'get_tenant',
  'check_access',
  'encrypt',
  'decrypt',
];
const SENSITIVITIES = [Sensitivity.LOW, Sensitivity.MEDIUM, Sensitivity.HIGH, Sensitivity.CRITICAL];
const FLAGS = ['pii_detected', 'large_dataset'];
const REASONS = ['PERMISSION_DENIED', 'RATE_LIMITED', 'QUOTA_EXCEEDED'];
/** When the first event of the history happened; one a second. */
const EPOCH = Date.parse('2026-01-01T00:00:00Z');

/** The time of an event of the history. */
export const timeAt = (at: number): Date => new Date(EPOCH + at * 1000);

/** The trace of an event of the history: two events share one. */
export const traceAt = (at: number): string => (Math.floor(at / 2) + 1).toString(16).padStart(32, '0');

/** The id of an event of the history, so that a load that was interrupted can be repeated. */
export const idAt = (at: number): string => `00000000-0000-4000-8000-${at.toString(16).padStart(12, '0')}`;

/** An event as a busy tenant has them: 2,000 principals, 50,000 datasets, one in 50 refused, one in 100 with PII. */
export function eventAt(at: number, tenant: string): Event {
  const refused = at % 50 === 49;
  const scattered = Math.imul(at, 2_654_435_761) >>> 0;
  return Event.fromPartial({
    id: idAt(at),
    time: timeAt(at),
    tenant,
    principal: `${tenant}/principals/p-${scattered % 2_000}`,
    service: 'agent',
    method: 'weir.agent.v1.AgentService/ProcessData',
    type: TYPES[scattered % TYPES.length] ?? '',
    resource: `${tenant}/jobs/j-${at}`,
    dataset: `${tenant}/datasets/d-${scattered % 50_000}`,
    sensitivity: SENSITIVITIES[scattered % SENSITIVITIES.length] ?? Sensitivity.LOW,
    dataSizeBytes: BigInt(scattered % 10_000_000),
    outcome: refused ? Outcome.REFUSED : Outcome.SUCCEEDED,
    errorReason: refused ? (REASONS[scattered % REASONS.length] ?? '') : '',
    duration: { seconds: 0n, nanos: scattered % 1_000_000_000 },
    traceId: traceAt(at),
    complianceFlags: at % 100 === 0 ? [FLAGS[scattered % FLAGS.length] ?? ''] : [],
    details: { rows: scattered % 100_000, region: `region${scattered % 40}`, note: `batch b${Math.floor(at / 1_000)}` },
  });
}

/** A request whose events get new ids each time it is used: encoding is the senders' business, not the service's. */
export interface RequestTemplate {
  /** The bytes of a request with ids that were never used. */
  next(): Buffer;
}

const ID_BYTES = 36;

/** A template of `batch` events of one tenant. */
export function requestTemplate(batch: number, tenant: string): RequestTemplate {
  const events = Array.from({ length: batch }, (_, at) => eventAt(at, tenant));
  const bytes = Buffer.from(RecordEventsRequest.encode({ events, includeProofs: false }).finish());
  const places = events.map(({ id }) => bytes.indexOf(id));
  return {
    next() {
      const copy = Buffer.from(bytes);
      for (const place of places) copy.write(randomUUID(), place, ID_BYTES, 'latin1');
      return copy;
    },
  };
}
