import type { Scope } from '@weir/context';

/** Who needs a dataset. */
export interface DatasetUses {
  /** Runs that read this content of it, and accepted jobs that name it. */
  usersOf(scope: Scope, dataset: string, content: string): Promise<string[]>;
}
