import type { Scope } from '@weir/context';
import type { ErasureReceipt } from '@weir/contracts/security';

/** Keeps the receipts of erasures. */
export interface ErasureStore {
  /** How many reversible tokens lead to this person and to nobody else. Erasing the person removes them. */
  tokens(scope: Scope, tenant: string, person: Buffer): Promise<bigint>;
  put(scope: Scope, tenant: string, id: string, receipt: ErasureReceipt): Promise<void>;
}
