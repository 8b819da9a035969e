import type { Route, RouteKey, WatchRoutesResponse } from '@weir/contracts/deployment';

/** The routes as they were last heard of. */
export interface RouteTable {
  find(key: RouteKey): Route | undefined;
  /** Those of a tenant ("tenants/acme"). */
  ofTenant(tenant: string): Route[];
  /** Takes one message of WatchRoutes in, in order. */
  apply(message: WatchRoutesResponse): void;
  /** Forgets a snapshot that was cut short. */
  restart(): void;
  /** Where to resume. */
  readonly revision: bigint;
  /** Whether a snapshot was complete. */
  readonly complete: boolean;
}

/** An empty table. */
export const routeTable = (): RouteTable => new Table();

class Table implements RouteTable {
  revision = 0n;
  complete = false;
  #routes = new Map<string, Route>();
  #snapshot = new Map<string, Route>();
  // Of two routes the higher generation holds, also when the lower one was heard of later or in a new snapshot.
  readonly #highest = new Map<string, bigint>();
  // The revision does not tell: that of a mesh in which nothing was ever deployed is 0 after the snapshot too.
  #inSnapshot = true;

  find(key: RouteKey): Route | undefined {
    return this.#routes.get(keyOf(key));
  }

  ofTenant(tenant: string): Route[] {
    return [...this.#routes.values()].filter((route) => route.tenant === tenant);
  }

  restart(): void {
    this.revision = 0n;
    this.#snapshot = new Map();
    this.#inSnapshot = true;
  }

  apply({ revision: next, event }: WatchRoutesResponse): void {
    const target = this.#inSnapshot ? this.#snapshot : this.#routes;
    if (event?.$case === 'put') this.#put(target, event.value);
    if (event?.$case === 'removed') target.delete(keyOf(event.value));
    if (event?.$case === 'bookmark' && event.value.snapshotComplete && this.#inSnapshot) {
      this.#routes = this.#snapshot;
      this.#snapshot = new Map();
      this.complete = true;
      this.#inSnapshot = false;
    }
    if (next > 0n) this.revision = next;
  }

  #put(target: Map<string, Route>, route: Route): void {
    const key = keyOf(route);
    if (route.generation < (this.#highest.get(key) ?? 0n)) return;
    this.#highest.set(key, route.generation);
    target.set(key, route);
  }
}

const keyOf = ({ tenant, environment, component }: RouteKey): string => `${tenant} ${environment} ${component}`;
