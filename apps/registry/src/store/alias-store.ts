import type { Scope } from '@weir/context';
import type { AliasRecord } from '../domain/alias.ts';

/** Names of components that can be pointed at another version. */
export interface AliasStore {
  /** The alias, held until the transaction ends, also one that was removed. Undefined when there never was one. */
  hold(scope: Scope, component: string, alias: string): Promise<AliasRecord | undefined>;
  /** Points it at the version with this key, or at none. */
  point(scope: Scope, component: string, alias: string, key: string | undefined): Promise<AliasRecord>;
}
