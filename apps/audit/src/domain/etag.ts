import { reason } from '@weir/errors';

/** The etag of a resource at a revision. */
export const etagOf = (revision: bigint): string => String(revision);

/** Throws ETAG_MISMATCH when a caller has seen another revision; an empty etag means any. */
export function checkEtag(name: string, etag: string, revision: bigint): void {
  if (etag !== '' && etag !== etagOf(revision)) throw reason('ETAG_MISMATCH', { name, etag });
}
