import type { CallContext } from '@weir/context';
import type { Route, WatchRoutesRequest, WatchRoutesResponse } from '@weir/contracts/deployment';
import { reason } from '@weir/errors';
import { parse, type ServerStream } from '@weir/rpc';
import { z } from 'zod';
import type { RouteFeed } from '../routes/route-feed.ts';
import type { RouteChange, RouteStore } from '../store/route-store.ts';
import { environments } from './deployment-fields.ts';
import { requireToken, waitMs } from './watch-token.ts';

const Request = z.object({
  revision: z.bigint().min(0n, 'must not be negative'),
  environments: environments(),
});

type Filter = readonly number[];

const BOOKMARK_MS = 5_000;
const PART = 1_000;
const MAX_BEHIND = 10_000n;

/** Streams the routes: a snapshot, then each change, and a bookmark at least every 10 seconds. */
export function watchRoutes(
  routes: RouteStore,
  feed: RouteFeed,
): ServerStream<WatchRoutesRequest, WatchRoutesResponse> {
  return async function* (request, context) {
    const { revision, environments: filter } = parse(Request, request);
    await feed.refresh();
    checkRevision(revision, feed);

    let position = revision;
    if (position === 0n) {
      const snapshot = await routes.snapshot(context.scope);
      for (const route of snapshot.routes) if (passes(route, filter)) yield put(0n, route, context);
      position = snapshot.revision;
      yield { revision: position, event: { $case: 'bookmark', value: { snapshotComplete: true } } };
    }
    let saidAt = Date.now();
    while (!context.signal.aborted) {
      const { revision: newest, compacted } = feed.head();
      if (compacted > position) throw reason('REVISION_COMPACTED', { revision: position });
      if (newest - position > MAX_BEHIND) throw reason('WATCHER_TOO_SLOW');
      for await (const change of changesBetween(routes, context, position, newest)) {
        if (passes(change.key, filter)) yield messageOf(change, context);
        saidAt = Date.now();
      }
      position = newest > position ? newest : position;
      if (Date.now() - saidAt >= BOOKMARK_MS) {
        yield { revision: position, event: { $case: 'bookmark', value: { snapshotComplete: false } } };
        saidAt = Date.now();
      }
      const left = Math.max(1, saidAt + BOOKMARK_MS - Date.now());
      if (feed.head().revision === position) await feed.change(waitMs(context, left), context.signal);
      requireToken(context);
    }
  };
}

function checkRevision(revision: bigint, feed: RouteFeed): void {
  const { revision: newest, compacted } = feed.head();
  if (revision > newest) throw reason('REVISION_UNKNOWN', { revision, newest });
  if (revision > 0n && revision < compacted) throw reason('REVISION_COMPACTED', { revision });
}

async function* changesBetween(
  routes: RouteStore,
  { scope }: CallContext,
  after: bigint,
  upTo: bigint,
): AsyncGenerator<RouteChange> {
  for (let from = after; from < upTo;) {
    const part = await routes.between(scope, from, upTo, PART);
    yield* part;
    from = part.length < PART ? upTo : (part.at(-1)?.revision ?? upTo);
  }
}

const passes = ({ environment }: { environment: number }, filter: Filter): boolean =>
  filter.length === 0 || filter.includes(environment);

const messageOf = ({ revision, key, route }: RouteChange, context: CallContext): WatchRoutesResponse =>
  route ? put(revision, route, context) : { revision, event: { $case: 'removed', value: key } };

/** Where replicas listen is no business of a tenant. */
const put = (revision: bigint, route: Route, { scope }: CallContext): WatchRoutesResponse => ({
  revision,
  event: { $case: 'put', value: scope.tenant === undefined ? route : { ...route, endpoints: [] } },
});
