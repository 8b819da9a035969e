import { backoff, type Client } from '@weir/client';
import type { DeploymentServiceDefinition, Route, RouteKey, WatchRoutesResponse } from '@weir/contracts/deployment';
import { Code, WeirError } from '@weir/errors';
import { setTimeout as wait } from 'node:timers/promises';
import type { Dependency } from '../dependencies/dependency.ts';
import { routeTable } from '../domain/route-table.ts';
import type { Routes } from './routes.ts';

const SETTLE_MS = 1_000;
// Bookmarks come at least every 10 seconds: a watch that is silent for longer is dead.
const SILENCE_MS = 25_000;

type Deployments = Client<typeof DeploymentServiceDefinition>;

/** Follows the routes in the background, for good. What was last heard of holds while deployment does not answer. */
export function followRoutes(client: Deployments, deployment: Dependency): Routes & AsyncDisposable {
  const follower = new Follower(client, deployment);
  follower.start();
  return follower;
}

class Follower implements Routes, AsyncDisposable {
  readonly #client: Deployments;
  readonly #deployment: Dependency;
  readonly #table = routeTable();
  readonly #ending = new AbortController();
  readonly #settled = Promise.withResolvers<void>();
  readonly #pauses = backoff(100, 2_000);
  #changed = Promise.withResolvers<void>();
  #following: Promise<void> | undefined;

  constructor(client: Deployments, deployment: Dependency) {
    this.#client = client;
    this.#deployment = deployment;
  }

  start(): void {
    this.#following ??= this.#follow();
  }

  find(key: RouteKey): Route | undefined {
    return this.#table.find(key);
  }

  ofTenant(tenant: string): Route[] {
    return this.#table.ofTenant(tenant);
  }

  settled(): Promise<void> {
    return Promise.race([this.#settled.promise, wait(SETTLE_MS, undefined, { ref: false })]);
  }

  changed(withinMs: number): Promise<void> {
    return Promise.race([this.#changed.promise, wait(withinMs, undefined, { ref: false })]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ending.abort();
    await this.#following;
  }

  async #follow(): Promise<void> {
    const { signal } = this.#ending;
    while (!signal.aborted) {
      // A snapshot that was cut short begins anew.
      if (this.#table.revision === 0n) this.#table.restart();
      await this.#watchOnce().catch((error: unknown) => {
        if (error instanceof WeirError && error.code === Code.OUT_OF_RANGE) this.#table.restart();
      });
      this.#settled.resolve();
      await wait(this.#pauses.next(), undefined, { signal }).catch(() => undefined);
    }
  }

  async #watchOnce(): Promise<void> {
    const silence = new AbortController();
    let timer = setTimeout(() => silence.abort(), SILENCE_MS);
    try {
      const signal = AbortSignal.any([this.#ending.signal, silence.signal]);
      const stream = this.#client.watchRoutes({ revision: this.#table.revision }, { signal });
      const messages = stream[Symbol.asyncIterator]();
      // Only the first message tells the breaker how deployment is: a watch goes on for hours.
      for (let item = await this.#deployment.run(() => messages.next()); !item.done; item = await messages.next()) {
        clearTimeout(timer);
        timer = setTimeout(() => silence.abort(), SILENCE_MS);
        this.#takeIn(item.value);
      }
    } finally {
      clearTimeout(timer);
    }
  }

  #takeIn(message: WatchRoutesResponse): void {
    this.#pauses.reset();
    this.#table.apply(message);
    if (this.#table.complete) this.#settled.resolve();
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }
}
