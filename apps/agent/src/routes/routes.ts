import type { Route, RouteKey } from '@weir/contracts/deployment';

/** Who serves which component, as deployment says. */
export interface Routes {
  /** The route of a component; undefined where the shared workers take its runs. */
  find(key: RouteKey): Route | undefined;
  /** Those of a tenant ("tenants/acme"). */
  ofTenant(tenant: string): Route[];
  /** Resolves once the first snapshot is there, or deployment turned out not to answer, or after a moment. */
  settled(): Promise<void>;
  /** Resolves with the next change, or after `withinMs`. */
  changed(withinMs: number): Promise<void>;
}
