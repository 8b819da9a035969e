import type { CallContext } from '@weir/context';
import type { WatchRevocationsRequest, WatchRevocationsResponse } from '@weir/contracts/security';
import { reason } from '@weir/errors';
import { parse, type ServerStream } from '@weir/rpc';
import { z } from 'zod';
import { revocationMessage, type RevocationRecord } from '../domain/revocation.ts';
import type { KeyRing } from '../tokens/key-ring.ts';
import type { RevocationFeed } from '../tokens/revocation-feed.ts';

const Request = z.object({ revision: z.bigint().min(0n, 'must not be negative') });

const PART = 1_000;
const BOOKMARK_MS = 1_000;
const FRESH_MS = 1_000;
const MAX_BEHIND = 10_000;

/** Streams what is revoked: a snapshot, then each change, and a bookmark at least every 2 seconds. */
export function watchRevocations(
  feed: RevocationFeed,
  ring: KeyRing,
): ServerStream<WatchRevocationsRequest, WatchRevocationsResponse> {
  return async function* (request, context) {
    const { revision } = parse(Request, request);
    await feed.refresh();
    if (revision > feed.revision()) throw compacted(revision);

    let position = revision;
    if (position === 0n) {
      position = feed.revision();
      yield* snapshot(feed.after(0n), position);
    }
    while (!context.signal.aborted) {
      if (feed.revision() < position) throw compacted(position);
      const news = feed.after(position);
      if (news.length > MAX_BEHIND) throw reason('WATCHER_TOO_SLOW');
      for (const record of news) {
        position = record.revision;
        yield { revision: position, event: { $case: 'revoked', value: revocationMessage(record) } };
      }
      // A bookmark says that nothing is missing: without a look at the database just now nobody can say so.
      if (feed.age() < FRESH_MS) {
        position = feed.after(position).length === 0 ? feed.revision() : position;
        yield bookmark(position, ring);
      }
      await feed.change(waitMs(context), context.signal);
      requireToken(context);
    }
  };
}

const compacted = (revision: bigint) => reason('REVISION_COMPACTED', { revision });

function* snapshot(records: readonly RevocationRecord[], revision: bigint): Generator<WatchRevocationsResponse> {
  const parts = Math.max(1, Math.ceil(records.length / PART));
  for (let part = 1; part <= parts; part += 1) {
    const revocations = records.slice((part - 1) * PART, part * PART).map(revocationMessage);
    const complete = part === parts;
    yield { revision: complete ? revision : 0n, event: { $case: 'snapshot', value: { revocations, complete } } };
  }
}

const bookmark = (revision: bigint, ring: KeyRing): WatchRevocationsResponse => {
  const sentAt = new Date();
  return { revision, event: { $case: 'bookmark', value: { sentAt, jwksEtag: ring.etag(sentAt) } } };
};

const waitMs = ({ principal }: CallContext): number =>
  Math.max(1, Math.min(BOOKMARK_MS, (principal?.expiresAt ?? Infinity) - Date.now()));

/** The stream ends with the token that it was opened with. */
function requireToken({ principal }: CallContext): void {
  if (principal && principal.expiresAt <= Date.now()) {
    throw reason('TOKEN_EXPIRED', { expired_at: new Date(principal.expiresAt).toISOString() });
  }
}
