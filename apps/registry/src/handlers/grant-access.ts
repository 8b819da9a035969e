import type { GrantAccessRequest, GrantAccessResponse } from '@weir/contracts/registry';
import { componentName, parse, tenantName, type Unary } from '@weir/rpc';
import { z } from 'zod';
import { grantMessage, grantNameOf } from '../domain/grant.ts';
import { versionRange } from '../domain/manifest/manifest.ts';
import { idOf } from '../domain/names.ts';
import { spansOf } from '../domain/version-spans.ts';
import type { ComponentStore } from '../store/component-store.ts';
import type { GrantStore } from '../store/grant-store.ts';
import type { TenantStore } from '../store/tenant-store.ts';
import { componentNotFound } from './component-fields.ts';
import { holdTenant } from './hold-tenant.ts';

const Request = z.object({
  grant: z.object(
    {
      tenant: tenantName(),
      component: componentName(),
      range: versionRange(),
      expiresAt: z
        .date()
        .refine((time) => time.getTime() > Date.now(), 'must lie in the future')
        .optional(),
    },
    'is required',
  ),
});

/** What granting needs. */
export interface GrantAccessStores {
  readonly tenants: TenantStore;
  readonly components: ComponentStore;
  readonly grants: GrantStore;
}

/** GrantAccess: the versions of a component in a range, present and future. */
export function grantAccess(stores: GrantAccessStores): Unary<GrantAccessRequest, GrantAccessResponse> {
  const { tenants, components, grants } = stores;
  return async (request, context) => {
    const { tenant, component, range, expiresAt } = parse(Request, request).grant;
    const { scope, principal } = context;
    const expires = expiresAt?.toISOString() ?? 'never';
    context.audit({ resource: component, details: { tenant, range, expires } });

    await holdTenant(tenants, scope, tenant);
    if (!(await components.exists(scope, idOf(component)))) throw componentNotFound(component);
    const place = { tenant: idOf(tenant), component: idOf(component) };
    const grant = await grants.put(scope, { ...place, range, expiresAt, grantedBy: principal?.subject ?? '' });
    context.audit({ details: { grant: grantNameOf(grant) } });
    const visible = await components.countVisible(scope, place.tenant, place.component, spansOf(range));

    return { grant: grantMessage(grant), visibleVersions: BigInt(visible) };
  };
}
