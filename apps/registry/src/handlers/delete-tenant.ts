import type { DeleteTenantRequest, DeleteTenantResponse } from '@weir/contracts/registry';
import { reason } from '@weir/errors';
import { parse, tenantName, type Unary } from '@weir/rpc';
import { z } from 'zod';
import { checkEtag } from '../domain/etag.ts';
import { idOf } from '../domain/names.ts';
import { tenantMessage, UNDELETE_MS } from '../domain/tenant.ts';
import type { TenantStore } from '../store/tenant-store.ts';

const Request = z.object({ name: tenantName(), force: z.boolean(), etag: z.string() });

/** DeleteTenant: softly; a tenant that is deleted already stays as it is. */
export function deleteTenant(tenants: TenantStore): Unary<DeleteTenantRequest, DeleteTenantResponse> {
  return async (request, context) => {
    const { name, force, etag } = parse(Request, request);
    const { scope } = context;

    const current = await tenants.hold(scope, idOf(name));
    if (!current) throw reason('TENANT_NOT_FOUND', { tenant: name });
    checkEtag(name, etag, current.revision);
    if (current.deletedAt) return { tenant: tenantMessage(current) };
    const jobs = await tenants.countRunningJobs(scope, idOf(name));
    context.audit({ details: { running_jobs: jobs, force } });
    if (jobs > 0 && !force) throw reason('TENANT_HAS_RUNNING_JOBS', { tenant: name, jobs });
    const now = Date.now();
    const times = { deletedAt: new Date(now), purgeAt: new Date(now + UNDELETE_MS) };

    return { tenant: tenantMessage(await tenants.change(scope, idOf(name), times)) };
  };
}
