import { backoff, type Client } from '@weir/client';
import type { DeploymentServiceDefinition, WatchRoutesResponse } from '@weir/contracts/deployment';
import { Code, WeirError } from '@weir/errors';
import { setTimeout as wait } from 'node:timers/promises';
import type { Dependency } from '../dependencies/dependency.ts';
import { routeTable } from '../domain/route-table.ts';
import type { Routes } from './routes.ts';

const SETTLE_MS = 1_000;
// Bookmarks come at least every 10 seconds: a watch that is silent for longer is dead.
const SILENCE_MS = 25_000;

/** Follows the routes in the background, for good. What was last heard of holds while deployment does not answer. */
export function followRoutes(
  client: Client<typeof DeploymentServiceDefinition>,
  deployment: Dependency,
): Routes & AsyncDisposable {
  const table = routeTable();
  const ending = new AbortController();
  const settled = Promise.withResolvers<void>();
  let changed = Promise.withResolvers<void>();
  const pauses = backoff(100, 2_000);

  const takeIn = (message: WatchRoutesResponse): void => {
    pauses.reset();
    table.apply(message);
    if (table.complete) settled.resolve();
    changed.resolve();
    changed = Promise.withResolvers();
  };
  const watchOnce = async (): Promise<void> => {
    const silence = new AbortController();
    let timer = setTimeout(() => silence.abort(), SILENCE_MS);
    try {
      const signal = AbortSignal.any([ending.signal, silence.signal]);
      const messages = client.watchRoutes({ revision: table.revision }, { signal })[Symbol.asyncIterator]();
      // Only the first message tells the breaker how deployment is: a watch goes on for hours.
      for (let item = await deployment.run(() => messages.next()); !item.done; item = await messages.next()) {
        clearTimeout(timer);
        timer = setTimeout(() => silence.abort(), SILENCE_MS);
        takeIn(item.value);
      }
    } finally {
      clearTimeout(timer);
    }
  };
  const follow = async (): Promise<void> => {
    while (!ending.signal.aborted) {
      // A snapshot that was cut short begins anew.
      if (table.revision === 0n) table.restart();
      await watchOnce().catch((error: unknown) => {
        if (error instanceof WeirError && error.code === Code.OUT_OF_RANGE) table.restart();
      });
      settled.resolve();
      await wait(pauses.next(), undefined, { signal: ending.signal }).catch(() => undefined);
    }
  };
  const following = follow();

  return {
    find: (key) => table.find(key),
    ofTenant: (tenant) => table.ofTenant(tenant),
    settled: () => Promise.race([settled.promise, wait(SETTLE_MS, undefined, { ref: false })]),
    changed: (withinMs) => Promise.race([changed.promise, wait(withinMs, undefined, { ref: false })]),
    async [Symbol.asyncDispose]() {
      ending.abort();
      await following;
    },
  };
}
