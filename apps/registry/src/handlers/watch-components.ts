import type { CallContext } from '@weir/context';
import type { ComponentVersion, WatchComponentsRequest, WatchComponentsResponse } from '@weir/contracts/registry';
import { reason } from '@weir/errors';
import { componentName, parse, type ServerStream } from '@weir/rpc';
import { z } from 'zod';
import { idOf } from '../domain/names.ts';
import type { VersionPlace } from '../domain/published-version.ts';
import type { ComponentStore, DiscoveryFilter, VersionsFound } from '../store/component-store.ts';
import type { Changed, ChangedVersion, Position, WatchStore } from '../store/watch-store.ts';
import { viewer } from './component-fields.ts';

const Request = z.object({
  tenant: viewer(),
  revision: z.bigint().min(0n, 'must not be negative'),
  component: z.union([z.literal(''), componentName()], 'must be "components/<id>"'),
});

/** Waits for changes. */
export interface Feed {
  /** Where a tenant's news stand: taken before looking, so that what comes meanwhile is not missed. */
  mark(tenant: string | undefined): number;
  next(waiter: {
    tenant: string | undefined;
    revision: bigint;
    mark: number;
    ms: number;
    signal: AbortSignal;
  }): Promise<void>;
}

/** What watching needs. */
export interface Watching {
  readonly components: ComponentStore;
  readonly changes: WatchStore;
  readonly feed: Feed;
}

type Responses = AsyncGenerator<WatchComponentsResponse>;

const BOOKMARK_MS = 30_000;
const SLOW_MS = 60_000;
const SNAPSHOT_PAGE = 200;
// As many as surely fit into one answer of the store.
const PART = 12;

/** WatchComponents: everything there is, then each change of it. What changed twice meanwhile is sent once. */
export function watchComponents(stores: Watching): ServerStream<WatchComponentsRequest, WatchComponentsResponse> {
  return async function* (request, context) {
    const { revision: from, component: name } = parse(Request, request);
    const component = name === '' ? undefined : idOf(name);
    const { scope, signal } = context;

    let at = from;
    if (at === 0n) {
      at = await stores.changes.head();
      yield* inTime(snapshot(stores.components, context, component));
      yield { revision: at, event: { $case: 'bookmark', value: { snapshotComplete: true } } };
    } else if (!(await stores.changes.isKnown(at))) throw reason('REVISION_COMPACTED', { revision: at });

    let position: Position = { revision: at, beyond: new Set() };
    for (let sentAt = Date.now(); !signal.aborted;) {
      const mark = stores.feed.mark(scope.tenant);
      const changed = await stores.changes.since(scope, position, component);
      for await (const response of inTime(sent(stores.components, context, position.revision, changed))) {
        yield response;
        sentAt = Date.now();
      }
      position = changed.position;
      if (Date.now() - sentAt >= BOOKMARK_MS) {
        yield bookmark(position.revision);
        sentAt = Date.now();
      }
      const ms = Math.min(sentAt + BOOKMARK_MS, context.principal?.expiresAt ?? Infinity) - Date.now();
      const { revision } = position;
      await stores.feed.next({ tenant: scope.tenant, revision, mark, ms: Math.max(1, ms), signal });
      endWithToken(context);
    }
  };
}

/** The versions that are visible now, in pages, so that nothing is held open for a slow reader. */
async function* snapshot(components: ComponentStore, { scope }: CallContext, component: string | undefined): Responses {
  const next = (after: VersionPlace | undefined): Promise<VersionsFound> => {
    const page = { after, limit: SNAPSHOT_PAGE };
    if (component === undefined) return components.discover(scope, EVERYTHING, page);
    return components.versionsOf(scope, { component, spans: undefined, showArchived: false }, page);
  };
  for (let page = await next(undefined); ; page = await next(page.versions.at(-1))) {
    for (const { message } of page.versions) yield put(0n, message);
    if (!page.more) return;
  }
}

const EVERYTHING: DiscoveryFilter = {
  capabilities: [],
  dataFormats: [],
  minClearance: 0,
  certifications: [],
  lifecycles: [],
  text: '',
};

/** What changed: versions as they are now, and the names of those that are gone. Only the last tells the revision. */
async function* sent(
  components: ComponentStore,
  { scope }: CallContext,
  before: bigint,
  { position: { revision }, versions }: Changed,
): Responses {
  let last: WatchComponentsResponse | undefined;
  for (let from = 0; from < versions.length; from += PART) {
    const part = versions.slice(from, from + PART);
    const visible = await components.visible(scope, part);
    const messages = new Map(visible.map(({ component, key, message }) => [`${component} ${key}`, message]));
    for (const version of part) {
      const response = responseOf(version, messages.get(`${version.component} ${version.key}`), before);
      if (response && last) yield last;
      last = response ?? last;
    }
  }
  if (last) yield { ...last, revision };
}

function responseOf(
  { name, wasVisible }: ChangedVersion,
  message: ComponentVersion | undefined,
  revision: bigint,
): WatchComponentsResponse | undefined {
  if (message) return put(revision, message);
  return wasVisible ? { revision, event: { $case: 'removed', value: name } } : undefined;
}

const put = (revision: bigint, value: ComponentVersion): WatchComponentsResponse => ({
  revision,
  event: { $case: 'put', value },
});

const bookmark = (revision: bigint): WatchComponentsResponse => ({
  revision,
  event: { $case: 'bookmark', value: { snapshotComplete: false } },
});

/** Gives up on a caller that takes too long to read. */
async function* inTime(responses: Responses): Responses {
  for await (const response of responses) {
    const handedOver = Date.now();
    yield response;
    if (Date.now() - handedOver > SLOW_MS) throw reason('WATCHER_TOO_SLOW');
  }
}

/** A watch ends with the token that it began with; the caller resumes with a new one. */
function endWithToken({ principal }: CallContext): void {
  if (!principal || principal.expiresAt > Date.now()) return;
  throw reason('TOKEN_EXPIRED', { expired_at: new Date(principal.expiresAt).toISOString() });
}
