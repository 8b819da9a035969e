import type { CallContext, Scope } from '@weir/context';
import type { RevokeTokenRequest, RevokeTokenResponse } from '@weir/contracts/security';
import { reason } from '@weir/errors';
import { parse, text, type Unary } from '@weir/rpc';
import { z } from 'zod';
import { principalName, type PrincipalKey } from '../domain/principal.ts';
import { revocationMessage, type RevocationRecord } from '../domain/revocation.ts';
import type { PrincipalStore } from '../store/principal-store.ts';
import type { RevocationStore } from '../store/revocation-store.ts';
import type { RevocationFeed } from '../tokens/revocation-feed.ts';
import type { TokenReader } from '../tokens/token-reader.ts';
import { LONGEST_TOKEN_MS, SKEW_MS } from '../domain/token-claims.ts';
import { parentTenant, principalField } from './principal-fields.ts';

const Target = z.discriminatedUnion(
  '$case',
  [
    z.object({ $case: z.literal('token'), value: text(1, 8_192) }),
    z.object({ $case: z.literal('tokenId'), value: z.uuid('must be a UUID').toLowerCase() }),
    z.object({ $case: z.literal('principal'), value: principalField() }),
    z.object({ $case: z.literal('wholeTenant'), value: z.literal(true, 'must be true') }),
  ],
  'is required: one of token, token_id, principal, whole_tenant',
);

const Request = z
  .object({ tenant: parentTenant(), target: Target, reason: text(0, 500) })
  .refine(({ tenant, target }) => target.$case !== 'wholeTenant' || tenant !== '', {
    path: ['tenant'],
    message: 'is required with whole_tenant',
  });

type Asked = z.output<typeof Request>;

/** What RevokeToken works with. */
export interface RevokeTokenParts {
  readonly principals: PrincipalStore;
  readonly revocations: RevocationStore;
  readonly reader: TokenReader;
  readonly feed: RevocationFeed;
}

/** Revokes one token, all tokens of a principal, or all tokens of a tenant. */
export function revokeToken(parts: RevokeTokenParts): Unary<RevokeTokenRequest, RevokeTokenResponse> {
  return async (request, context) => {
    const asked = parse(Request, request);

    requireRight(asked, context);
    const revoked = await revoke(parts, asked, context);
    if (revoked) context.afterCommit(() => parts.feed.committed(revoked));

    context.audit({ details: { target: asked.target.$case, reason: asked.reason, revoked: revoked !== undefined } });
    return { revocation: revoked && revocationMessage(revoked), revision: revoked?.revision ?? 0n };
  };
}

/** Holding a token is the right to revoke it; by name everyone may revoke its own token and its own principal. */
function requireRight({ target }: Asked, { principal, method }: CallContext): void {
  if (!principal || target.$case === 'token' || principal.permissions.has('admin')) return;
  if (target.$case === 'tokenId' && target.value === principal.tokenId) return;
  // Who acts on behalf of another has that one's name in the token, not its rights over it.
  const isOwn = target.$case === 'principal' && principalName(target.value) === principal.subject;
  if (isOwn && principal.actor === undefined) return;
  throw reason('PERMISSION_MISSING', { method, permission: 'admin', principal: principal.subject });
}

async function revoke(
  { principals, revocations, reader }: RevokeTokenParts,
  { tenant, target }: Asked,
  { scope }: CallContext,
): Promise<RevocationRecord | undefined> {
  switch (target.$case) {
    case 'token': {
      const token = await reader.read(target.value);
      if (token?.tenant !== tenant) return undefined;
      return revocations.revokeToken(scope, tenant, token.tokenId, new Date(token.expiresAt.getTime() + SKEW_MS));
    }
    case 'tokenId':
      return revocations.revokeToken(scope, tenant, target.value, new Date(Date.now() + LONGEST_TOKEN_MS));
    case 'principal':
      await requireMember(principals, scope, tenant, target.value);
      return revocations.revokePrincipal(scope, target.value);
    case 'wholeTenant':
      return revocations.revokeTenant(scope, tenant);
  }
}

async function requireMember(
  principals: PrincipalStore,
  scope: Scope,
  tenant: string,
  key: PrincipalKey,
): Promise<void> {
  const found = key.tenant === tenant && (await principals.find(scope, key));
  if (!found) throw reason('PRINCIPAL_NOT_FOUND', { name: principalName(key) });
}
