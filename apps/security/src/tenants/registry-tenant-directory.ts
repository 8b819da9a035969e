import type { Client } from '@weir/client';
import type { TenantServiceDefinition, TenantState } from '@weir/contracts/registry';
import { isReason, reason } from '@weir/errors';
import { remembered } from '../domain/remembered.ts';
import type { TenantDirectory } from './tenant-directory.ts';

type Tenants = Pick<Client<typeof TenantServiceDefinition>, 'getTenant'>;

const FRESH_MS = 1_000;
const TIMEOUT_MS = 5_000;
const RETRY_AFTER_MS = 1_000;

/** Asks the registry; calls for the same tenant share one question, and its answer counts for a second. */
export function registryTenantDirectory(tenants: Tenants): TenantDirectory {
  async function ask(tenant: string): Promise<TenantState | undefined> {
    try {
      const response = await tenants.getTenant({ name: `tenants/${tenant}` }, { timeoutMs: TIMEOUT_MS });
      return response.tenant?.state;
    } catch (cause) {
      if (isReason(cause, 'TENANT_NOT_FOUND')) return undefined;
      throw reason('DEPENDENCY_UNAVAILABLE', { dependency: 'registry' }, { retryAfterMs: RETRY_AFTER_MS, cause });
    }
  }

  return { stateOf: remembered(ask, { max: 10_000, ttl: FRESH_MS }) };
}
