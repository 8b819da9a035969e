import type { Scope } from '@weir/context';
import type { VersionPlace } from '../domain/published-version.ts';

/** What changed in what a scope can see. */
export interface WatchStore {
  /** The last revision that nothing is added below any more. */
  head(): Promise<bigint>;
  /** Whether everything that changed since a revision is still known. */
  isKnown(revision: bigint): Promise<boolean>;
  /** What may look different since a position, in the order in which it changed. */
  since(scope: Scope, position: Position, component: string | undefined): Promise<Changed>;
}

/** How far a watcher has come: everything up to a revision, and some changes beyond it that are not settled yet. */
export interface Position {
  readonly revision: bigint;
  /** The ids of those changes. */
  readonly beyond: ReadonlySet<bigint>;
}

/** Versions to look at again, up to a position. */
export interface Changed {
  readonly position: Position;
  readonly versions: readonly ChangedVersion[];
}

/** A version that changed. */
export interface ChangedVersion extends VersionPlace {
  readonly name: string;
  /** Whether the scope could see it at any time since. If not, it never hears of it. */
  readonly wasVisible: boolean;
}
