import type { Scope } from '@weir/context';
import type { KeyAge } from '../domain/compliance/measures/basis.ts';

/** Reads what controls measure in the database of this service. */
export interface SystemFactsStore {
  /** The keys of a tenant that are not destroyed, by id. */
  keys(scope: Scope, tenant: string): Promise<KeyAge[]>;
  /** The last event of this service that waits for audit, by its number; undefined: none does. */
  lastWaiting(): Promise<bigint | undefined>;
  /** Whether an event up to this number still waits. */
  isWaiting(upTo: bigint): Promise<boolean>;
  /** Hashes of erased persons of whom a key is left that is older than the erasure. */
  unerased(scope: Scope, tenant: string): Promise<string[]>;
}
