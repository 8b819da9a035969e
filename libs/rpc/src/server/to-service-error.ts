import { Metadata, type StatusObject } from '@grpc/grpc-js';
import { encodeStatus, reason, WeirError } from '@weir/errors';

/** The trailer that carries google.rpc.Status. */
export const DETAILS_KEY = 'grpc-status-details-bin';

/** The status that a failure ends its call with. `translate` lets only WeirErrors through; anything else is a bug here. */
export function toServiceError(error: unknown): StatusObject & Error {
  const known = error instanceof WeirError ? error : reason('INTERNAL', { correlation_id: 'none' });
  const metadata = new Metadata();
  metadata.set(DETAILS_KEY, Buffer.from(encodeStatus(known)));
  const retryAfterMs = known.details.retryAfterMs;
  if (retryAfterMs !== undefined) metadata.set('grpc-retry-pushback-ms', String(Math.ceil(retryAfterMs)));
  return { name: known.name, message: known.message, code: known.code, details: known.message, metadata };
}
