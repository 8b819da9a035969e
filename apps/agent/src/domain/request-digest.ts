import { reason } from '@weir/errors';
import { createHash } from 'node:crypto';

/** Tells whether two requests are the same. */
export const digestOf = (request: Uint8Array): Buffer => createHash('sha256').update(request).digest();

/** The answer that a request got before. Throws REQUEST_ID_REUSED when it was another request. */
export function answerOf(
  kept: { readonly requestDigest: Uint8Array; readonly response: Uint8Array },
  requestDigest: Buffer,
  requestId: string,
): Uint8Array {
  if (!requestDigest.equals(kept.requestDigest)) throw reason('REQUEST_ID_REUSED', { request_id: requestId });
  return kept.response;
}
