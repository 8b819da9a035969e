import type { Scope } from '@weir/context';
import type { AgentVersion, QualityIssue } from '@weir/contracts/agent';
import type { RunFigures } from '../domain/run-figures.ts';

/** The figures of one version on one route. */
export interface RouteFigures {
  readonly version: AgentVersion;
  readonly figures: RunFigures;
}

/** What the ends of runs add up to. */
export interface RunFiguresStore {
  /** The ids of components with a run in the last 30 days, ascending. */
  components(scope: Scope, tenant: string): Promise<string[]>;
  /** The versions that ran in the last 30 days, and where. */
  versions(scope: Scope, tenant: string, component: string): Promise<AgentVersion[]>;
  /** All runs of a component that ended at or after `since`; undefined: since its first one. */
  figures(scope: Scope, tenant: string, component: string, since: Date | undefined): Promise<RunFigures>;
  /** The same per version and route, latest run first. */
  byRoute(
    scope: Scope,
    tenant: string,
    component: string,
    since: Date | undefined,
    limit: number,
  ): Promise<RouteFigures[]>;
  /** Broken expectations, newest first. */
  issues(scope: Scope, tenant: string, component: string, limit: number): Promise<QualityIssue[]>;
  /** Adds runs that ended more than 30 days ago to the totals of their agents, and forgets them one by one. */
  foldOld(scope: Scope): Promise<number>;
}
