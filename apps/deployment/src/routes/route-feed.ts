import { platformScope } from '@weir/context';
import type { Logger } from 'pino';
import type { RouteHead, RouteStore } from '../store/route-store.ts';
import { changeSignal } from './change-signal.ts';

/** Tells watchers that routes have changed: those of this process at once, of others within a poll. */
export interface RouteFeed extends AsyncDisposable {
  /** Reads the head; afterwards every change that was committed before the call is known. */
  refresh(): Promise<void>;
  head(): RouteHead;
  /** Settles with the next change, or after `ms`, or when `signal` aborts. */
  change(ms: number, signal: AbortSignal): Promise<void>;
}

const POLL_MS = 250;
const COMPACT_MS = 60_000;
const KEPT_MS = 3_600_000;

/** Follows the head of the routes. */
export function startRouteFeed(routes: RouteStore, log: Logger): RouteFeed {
  const scope = platformScope();
  const changes = changeSignal();
  let head: RouteHead = { revision: 0n, compacted: 0n };
  let problem = '';

  async function refresh(): Promise<void> {
    const next = await routes.head(scope);
    const isNew = next.revision !== head.revision;
    head = next;
    if (isNew) changes.tell();
  }
  async function poll(): Promise<void> {
    try {
      await refresh();
      problem = '';
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      if (problem !== message) log.warn({ err: error }, 'routes cannot be read; trying again');
      problem = message;
    }
  }
  const polling = setInterval(() => void poll(), POLL_MS).unref();
  const compacting = setInterval(() => void compact(routes, log), COMPACT_MS).unref();

  return {
    refresh,
    head: () => head,
    change: changes.next,
    async [Symbol.asyncDispose]() {
      clearInterval(polling);
      clearInterval(compacting);
      await poll();
    },
  };
}

async function compact(routes: RouteStore, log: Logger): Promise<void> {
  try {
    await routes.compact(platformScope(), new Date(Date.now() - KEPT_MS));
  } catch (error) {
    log.warn({ err: error }, 'old changes of routes were not removed; trying again');
  }
}
