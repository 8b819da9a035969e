import type { UpdatePrincipalRequest, UpdatePrincipalResponse } from '@weir/contracts/security';
import { reason } from '@weir/errors';
import { parse, text, type Unary } from '@weir/rpc';
import { z } from 'zod';
import { isActiveAdmin, principalMessage, principalName } from '../domain/principal.ts';
import { rolesText } from '../domain/roles.ts';
import type { PrincipalStore } from '../store/principal-store.ts';
import type { RevocationStore } from '../store/revocation-store.ts';
import type { RevocationFeed } from '../tokens/revocation-feed.ts';
import { lockPrincipal, requireAllowedRoles } from './locked-principal.ts';
import { principalField, rolesField } from './principal-fields.ts';
import { masked, updateMask } from './update-mask.ts';

const FIELDS = ['display_name', 'roles'] as const;

const Request = masked(
  'principal',
  FIELDS,
  z.object({
    principal: z.object(
      {
        name: principalField(),
        etag: z.string(),
        displayName: text(1, 120).optional(),
        roles: rolesField().optional(),
      },
      'is required',
    ),
    updateMask: updateMask(FIELDS),
    validateOnly: z.boolean(),
  }),
);

/** Changes a principal; taking a role away revokes the tokens issued before. */
export function updatePrincipal(
  principals: PrincipalStore,
  revocations: RevocationStore,
  feed: RevocationFeed,
): Unary<UpdatePrincipalRequest, UpdatePrincipalResponse> {
  return async (request, context) => {
    const { principal, validateOnly } = parse(Request, request);
    const { name: key, etag, displayName, roles } = principal;
    const name = principalName(key);

    const { record, isLastAdmin } = await lockPrincipal(principals, context.scope, key, etag);
    const next = { ...record, displayName: displayName ?? record.displayName, roles: roles ?? record.roles };
    requireAllowedRoles(next);
    if (isLastAdmin && !isActiveAdmin(next)) throw reason('LAST_PLATFORM_ADMIN', { name });
    const takenAway = record.roles.filter((role) => !next.roles.includes(role));
    const details = {
      roles: rolesText(next.roles),
      roles_taken_away: rolesText(takenAway),
      validate_only: validateOnly,
    };
    context.audit({ resource: name, details });
    if (validateOnly) return { principal: principalMessage(next) };

    const changed = await principals.change(context.scope, key, next);
    if (takenAway.length > 0) {
      const revocation = await revocations.revokePrincipal(context.scope, key);
      context.afterCommit(() => feed.committed(revocation));
    }

    return { principal: principalMessage(changed) };
  };
}
