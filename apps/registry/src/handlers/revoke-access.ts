import type { RevokeAccessRequest, RevokeAccessResponse } from '@weir/contracts/registry';
import { reason as failure } from '@weir/errors';
import { childName, parse, text, type Unary } from '@weir/rpc';
import { z } from 'zod';
import { checkEtag } from '../domain/etag.ts';
import { grantMessage } from '../domain/grant.ts';
import { componentNameOf, idOf } from '../domain/names.ts';
import type { GrantStore } from '../store/grant-store.ts';

const Request = z.object({ name: childName('grants'), reason: text(1, 500), etag: z.string() });

/** RevokeAccess: at once; a grant that was taken back already stays as it is. */
export function revokeAccess(grants: GrantStore): Unary<RevokeAccessRequest, RevokeAccessResponse> {
  return async (request, context) => {
    const { name, reason, etag } = parse(Request, request);
    const [, tenant = ''] = name.split('/');

    const current = await grants.hold(context.scope, tenant, idOf(name));
    if (!current) throw failure('GRANT_NOT_FOUND', { name });
    checkEtag(name, etag, current.revision);
    context.audit({ details: { reason, component: componentNameOf(current.component), range: current.range } });
    const grant = current.revokedAt ? current : await grants.revoke(context.scope, tenant, idOf(name));

    return { grant: grantMessage(grant) };
  };
}
