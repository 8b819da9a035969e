import type { Scope } from '@weir/context';
import type { CreatePrincipalRequest, CreatePrincipalResponse } from '@weir/contracts/security';
import { reason } from '@weir/errors';
import { parse, resourceId, text, type Unary } from '@weir/rpc';
import { z } from 'zod';
import { principalMessage, principalName, type PrincipalRecord } from '../domain/principal.ts';
import { rolesText } from '../domain/roles.ts';
import type { NewPrincipal, PrincipalStore } from '../store/principal-store.ts';
import { requireTenant } from '../tenants/require-tenant.ts';
import type { TenantDirectory } from '../tenants/tenant-directory.ts';
import { requireAllowedRoles } from './locked-principal.ts';
import { kindField, parentTenant, rolesField } from './principal-fields.ts';

const Request = z.object({
  parent: parentTenant(),
  principalId: resourceId(),
  principal: z.object({ kind: kindField(), displayName: text(1, 120), roles: rolesField() }, 'is required'),
  validateOnly: z.boolean(),
});

/** Creates a principal of a tenant or of the platform, without any secret. */
export function createPrincipal(
  principals: PrincipalStore,
  tenants: TenantDirectory,
): Unary<CreatePrincipalRequest, CreatePrincipalResponse> {
  return async (request, context) => {
    const { parent, principalId, principal, validateOnly } = parse(Request, request);
    const draft: NewPrincipal = { tenant: parent, id: principalId, ...principal };
    const name = principalName(draft);

    requireAllowedRoles(draft);
    await requireTenant(tenants, parent);
    const created = validateOnly
      ? await preview(principals, context.scope, draft)
      : await principals.create(context.scope, draft);
    if (!created) throw reason('PRINCIPAL_EXISTS', { name });

    context.audit({ resource: name, details: { roles: rolesText(draft.roles), validate_only: validateOnly } });
    return { principal: principalMessage(created) };
  };
}

/** What would be stored; undefined when the id is in use. */
async function preview(
  principals: PrincipalStore,
  scope: Scope,
  draft: NewPrincipal,
): Promise<PrincipalRecord | undefined> {
  if (await principals.find(scope, draft)) return undefined;
  const now = new Date();
  const unset = { disabledAt: undefined, lastAuthenticatedAt: undefined };
  return { ...draft, ...unset, revision: 1n, createdAt: now, updatedAt: now };
}
