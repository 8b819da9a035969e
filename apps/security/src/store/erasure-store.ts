import type { Scope } from '@weir/context';
import type { ErasureReceipt } from '@weir/contracts/security';

/** Keeps the receipts of erasures. */
export interface ErasureStore {
  put(scope: Scope, tenant: string, id: string, receipt: ErasureReceipt): Promise<void>;
}
