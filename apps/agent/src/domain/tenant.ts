import { TenantState, type Tenant } from '@weir/contracts/registry';
import { reason, type WeirError } from '@weir/errors';

const GIGABYTE = 1_000_000_000n;

/** Throws TENANT_SUSPENDED or TENANT_DELETED unless new work of the tenant may start. */
export function checkActive({ name, state }: Tenant): void {
  if (state === TenantState.SUSPENDED) throw reason('TENANT_SUSPENDED', { tenant: name });
  if (state === TenantState.DELETED) throw reason('TENANT_DELETED', { tenant: name });
}

/** How many bytes a tenant may store; undefined: as many as it likes. */
export function storageLimit({ limits }: Tenant): bigint | undefined {
  const bound = limits?.storageGb?.bound;
  return bound?.$case === 'atMost' ? bound.value * GIGABYTE : undefined;
}

/** The error of storing more than that. */
export function storageExhausted(tenant: string, bytes: bigint, limit: bigint): WeirError {
  const gigabytes = limit / GIGABYTE;
  return reason(
    'STORAGE_EXHAUSTED',
    { tenant, bytes, limit_gb: gigabytes },
    { quota: [{ subject: tenant, description: `${gigabytes} GB stored` }] },
  );
}
