import type { Scope } from '@weir/context';
import type { UsageRecord } from '../domain/usage.ts';

/** What tenants used, by month. */
export interface UsageStore {
  /** One month of a tenant, all zeros without use; undefined: the present month. */
  find(scope: Scope, tenant: string, month: string | undefined): Promise<UsageRecord>;
  /** Months with use, newest first, then by tenant, ascending. */
  list(scope: Scope, page: UsagePage): Promise<UsageRecord[]>;
}

/** Which months to list. */
export interface UsagePage {
  /** Undefined: of all tenants. */
  readonly tenant: string | undefined;
  /** The first and the last month; undefined: no bound, and the present month. */
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly after: { readonly month: string; readonly tenant: string } | undefined;
  readonly limit: number;
}
