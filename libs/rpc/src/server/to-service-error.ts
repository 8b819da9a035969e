import { Metadata, type StatusObject } from '@grpc/grpc-js';
import { encodeStatus, reason, WeirError } from '@weir/errors';

/** The trailer that carries google.rpc.Status. */
export const DETAILS_KEY = 'grpc-status-details-bin';

// Clients may refuse more than 8 KiB of trailers, and this travels as base64 beside the message.
const MAX_DETAILS = 4_096;

/** The status that a failure ends its call with. `translate` lets only WeirErrors through; anything else is a bug here. */
export function toServiceError(error: unknown): StatusObject & Error {
  const known = error instanceof WeirError ? error : reason('INTERNAL', { correlation_id: 'none' });
  const metadata = new Metadata();
  metadata.set(DETAILS_KEY, Buffer.from(fitting(known)));
  const retryAfterMs = known.details.retryAfterMs;
  if (retryAfterMs !== undefined) metadata.set('grpc-retry-pushback-ms', String(Math.ceil(retryAfterMs)));
  return { name: known.name, message: known.message, code: known.code, details: known.message, metadata };
}

/** The details, with as many broken fields as there is room for. */
function fitting(error: WeirError): Uint8Array {
  const bytes = encodeStatus(error);
  const violations = error.details.violations ?? [];
  if (bytes.length <= MAX_DETAILS || violations.length === 0) return bytes;
  const details = { ...error.details, violations: violations.slice(0, Math.floor(violations.length / 2)) };
  return fitting(new WeirError(error.reason, error.message, error.metadata, details));
}
