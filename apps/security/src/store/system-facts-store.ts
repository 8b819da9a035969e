import type { Scope } from '@weir/context';
import type { KeyAge } from '../domain/compliance/measures/basis.ts';

/** Reads what controls measure of the keys of tenants. */
export interface SystemFactsStore {
  /** The keys of a tenant that are not destroyed, by id. */
  keys(scope: Scope, tenant: string): Promise<KeyAge[]>;
}
