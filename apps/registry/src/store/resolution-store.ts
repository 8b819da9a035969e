import type { Scope } from '@weir/context';
import type { ComponentVersion } from '@weir/contracts/registry';
import type { VersionPlace } from '../domain/published-version.ts';
import type { Catalogue, ResolutionInput } from '../domain/resolution/model.ts';

/** What resolving reads. */
export interface ResolutionStore {
  /** Runs `work` over what the scope can see, all of it in one state. */
  read<T>(scope: Scope, locked: ResolutionInput['locked'], work: (catalogue: WholeCatalogue) => Promise<T>): Promise<T>;
}

/** The catalogue of a resolution, which also has the versions that were chosen as callers see them. */
export interface WholeCatalogue extends Catalogue {
  /** The versions of candidates, with their runtime, in the same order. */
  versions(places: readonly VersionPlace[]): Promise<ComponentVersion[]>;
}
