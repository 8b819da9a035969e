import type { RevokeClientSecretRequest, RevokeClientSecretResponse } from '@weir/contracts/security';
import { reason } from '@weir/errors';
import { parse, text, type Unary } from '@weir/rpc';
import { z } from 'zod';
import { secretMessage, secretName } from '../domain/client-secret.ts';
import type { ClientSecretStore } from '../store/client-secret-store.ts';
import type { RevocationStore } from '../store/revocation-store.ts';
import type { RevocationFeed } from '../tokens/revocation-feed.ts';
import { secretField } from './principal-fields.ts';

const Request = z.object({ name: secretField(), reason: text(1, 500), revokeTokens: z.boolean() });

/** Makes a secret useless for ever and, if asked for, every token of its principal. */
export function revokeClientSecret(
  secrets: ClientSecretStore,
  revocations: RevocationStore,
  feed: RevocationFeed,
): Unary<RevokeClientSecretRequest, RevokeClientSecretResponse> {
  return async (request, context) => {
    const { name, reason: why, revokeTokens } = parse(Request, request);
    const { principal, id } = name;

    const revoked = await secrets.revoke(context.scope, principal, id);
    if (!revoked) throw reason('CLIENT_SECRET_NOT_FOUND', { name: secretName(principal, id) });
    if (revokeTokens) {
      const revocation = await revocations.revokePrincipal(context.scope, principal);
      context.afterCommit(() => feed.committed(revocation));
    }

    context.audit({ details: { reason: why, revoke_tokens: revokeTokens } });
    return { clientSecret: secretMessage(revoked, new Date()) };
  };
}
