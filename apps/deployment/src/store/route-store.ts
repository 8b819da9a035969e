import type { Scope } from '@weir/context';
import type { Route, RouteKey } from '@weir/contracts/deployment';

/** A change of one route. */
export interface RouteChange {
  readonly revision: bigint;
  readonly key: RouteKey;
  /** Undefined: it exists no more. */
  readonly route: Route | undefined;
}

/** All routes as of a revision. */
export interface RouteSnapshot {
  readonly revision: bigint;
  readonly routes: readonly Route[];
}

/** The newest revision, and the oldest that can be resumed from. */
export interface RouteHead {
  readonly revision: bigint;
  readonly compacted: bigint;
}

/** The routes and their changes, in the order of commits. */
export interface RouteStore {
  snapshot(scope: Scope): Promise<RouteSnapshot>;
  head(scope: Scope): Promise<RouteHead>;
  /** The changes after a revision up to another one, at most `limit`. */
  between(scope: Scope, after: bigint, upTo: bigint, limit: number): Promise<RouteChange[]>;
  /** Forgets changes made before a time. */
  compact(scope: Scope, before: Date): Promise<void>;
}
