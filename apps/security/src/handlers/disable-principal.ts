import type { DisablePrincipalRequest, DisablePrincipalResponse } from '@weir/contracts/security';
import { reason } from '@weir/errors';
import { parse, text, type Unary } from '@weir/rpc';
import { z } from 'zod';
import { principalMessage, principalName } from '../domain/principal.ts';
import type { PrincipalStore } from '../store/principal-store.ts';
import type { RevocationStore } from '../store/revocation-store.ts';
import type { RevocationFeed } from '../tokens/revocation-feed.ts';
import { lockPrincipal } from './locked-principal.ts';
import { principalField } from './principal-fields.ts';

const Request = z.object({ name: principalField(), reason: text(1, 500), etag: z.string() });

/** Locks a principal out, and revokes the tokens that it has. */
export function disablePrincipal(
  principals: PrincipalStore,
  revocations: RevocationStore,
  feed: RevocationFeed,
): Unary<DisablePrincipalRequest, DisablePrincipalResponse> {
  return async (request, context) => {
    const { name: key, reason: why, etag } = parse(Request, request);

    const { record, isLastAdmin } = await lockPrincipal(principals, context.scope, key, etag);
    context.audit({ details: { reason: why, was_disabled: record.disabledAt !== undefined } });
    if (record.disabledAt) return { principal: principalMessage(record) };
    if (isLastAdmin) throw reason('LAST_PLATFORM_ADMIN', { name: principalName(key) });
    const disabled = await principals.change(context.scope, key, { disabled: true });
    const revocation = await revocations.revokePrincipal(context.scope, key);
    context.afterCommit(() => feed.committed(revocation));

    return { principal: principalMessage(disabled) };
  };
}
