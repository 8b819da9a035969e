import type { GetUsageRequest, GetUsageResponse } from '@weir/contracts/registry';
import { reason } from '@weir/errors';
import { parse, tenantName, type Unary } from '@weir/rpc';
import { z } from 'zod';
import { idOf } from '../domain/names.ts';
import { effectiveLimits } from '../domain/tenant.ts';
import { usageMessage } from '../domain/usage.ts';
import type { TenantStore } from '../store/tenant-store.ts';
import type { UsageStore } from '../store/usage-store.ts';

/** A calendar month, "2026-11", or empty. */
export const month = () => z.string().regex(/^(?:[1-9]\d{3}-(?:0[1-9]|1[0-2]))?$/, 'must be a month, like 2026-11');

const Request = z.object({ tenant: tenantName(), month: month() });

/** What reading usage needs. */
export interface UsageStores {
  readonly tenants: TenantStore;
  readonly usage: UsageStore;
}

/** GetUsage: one month, the slots that are held now included. */
export function getUsage({ tenants, usage }: UsageStores): Unary<GetUsageRequest, GetUsageResponse> {
  return async (request, { scope }) => {
    const { tenant: name, month } = parse(Request, request);

    const tenant = await tenants.find(scope, idOf(name));
    if (!tenant) throw reason('TENANT_NOT_FOUND', { tenant: name });
    const used = await usage.find(scope, tenant.id, month || undefined);

    return { usage: usageMessage(used), limits: effectiveLimits(tenant) };
  };
}
