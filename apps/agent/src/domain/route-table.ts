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
export function routeTable(): RouteTable {
  let routes = new Map<string, Route>();
  let snapshot = new Map<string, Route>();
  // Of two routes the higher generation holds, also when the lower one was heard of later or in a new snapshot.
  const highest = new Map<string, bigint>();
  let revision = 0n;
  let complete = false;
  // The revision does not tell: that of a mesh in which nothing was ever deployed is 0 after the snapshot too.
  let inSnapshot = true;

  const put = (target: Map<string, Route>, route: Route): void => {
    const key = keyOf(route);
    if (route.generation < (highest.get(key) ?? 0n)) return;
    highest.set(key, route.generation);
    target.set(key, route);
  };

  return {
    find: (key) => routes.get(keyOf(key)),
    ofTenant: (tenant) => [...routes.values()].filter((route) => route.tenant === tenant),
    restart() {
      revision = 0n;
      snapshot = new Map();
      inSnapshot = true;
    },
    apply({ revision: next, event }) {
      const target = inSnapshot ? snapshot : routes;
      if (event?.$case === 'put') put(target, event.value);
      if (event?.$case === 'removed') target.delete(keyOf(event.value));
      if (event?.$case === 'bookmark' && event.value.snapshotComplete && inSnapshot) {
        routes = snapshot;
        snapshot = new Map();
        complete = true;
        inSnapshot = false;
      }
      if (next > 0n) revision = next;
    },
    get revision() {
      return revision;
    },
    get complete() {
      return complete;
    },
  };
}

const keyOf = ({ tenant, environment, component }: RouteKey): string => `${tenant} ${environment} ${component}`;
