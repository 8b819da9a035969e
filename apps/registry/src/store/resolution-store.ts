import type { Scope } from '@weir/context';
import type { Catalogue, ResolutionInput } from '../domain/resolution/model.ts';

/** What resolving reads. */
export interface ResolutionStore {
  /** Runs `work` over what the scope can see, all of it in one state. */
  read<T>(scope: Scope, locked: ResolutionInput['locked'], work: (catalogue: Catalogue) => Promise<T>): Promise<T>;
}
