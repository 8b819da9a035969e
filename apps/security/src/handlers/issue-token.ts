import type { IssueTokenRequest, IssueTokenResponse } from '@weir/contracts/security';
import { reason } from '@weir/errors';
import { parse, text, type Unary } from '@weir/rpc';
import { z } from 'zod';
import { narrowPermissions } from '../domain/narrowing.ts';
import { principalName } from '../domain/principal.ts';
import { permissionsOf } from '../domain/roles.ts';
import { SERVICES } from '../domain/token-claims.ts';
import type { ClientSecretStore } from '../store/client-secret-store.ts';
import { requireActiveTenant } from '../tenants/require-tenant.ts';
import type { TenantDirectory } from '../tenants/tenant-directory.ts';
import type { ClientAuthentication } from '../tokens/client-authentication.ts';
import { enabledNames, type TokenIssuer } from '../tokens/token-issuer.ts';
import { DAY_MS, durationBetween, HOUR_MS } from './duration-field.ts';
import { grantFields, tokenResponse } from './token-fields.ts';

const Request = z.object({
  clientId: text(1, 200),
  clientSecret: text(1, 512),
  ...grantFields,
  lifetime: durationBetween(HOUR_MS, DAY_MS, '1 to 24 hours'),
});

/** What IssueToken works with. */
export interface IssueTokenParts {
  readonly clients: ClientAuthentication;
  readonly secrets: ClientSecretStore;
  readonly tenants: TenantDirectory;
  readonly tokens: TokenIssuer;
  readonly defaultLifetimeMs: number;
}

/** Issues a token to a principal that proves itself with a client secret. */
export function issueToken(parts: IssueTokenParts): Unary<IssueTokenRequest, IssueTokenResponse> {
  const { clients, secrets, tenants, tokens, defaultLifetimeMs } = parts;
  return async (request, context) => {
    const { clientId, clientSecret, audiences, permissions, lifetime } = parse(Request, request);
    context.audit({ resource: clientId });

    const { principal, secretId } = await clients.authenticate(clientId, clientSecret, context.peer);
    const name = principalName(principal);
    await requireActiveTenant(tenants, principal.tenant);
    const draft = {
      ...principal,
      subject: name,
      clientId: name,
      audiences: audiences.length === 0 ? SERVICES : [...new Set(audiences)],
      permissions: narrowPermissions(permissionsOf(principal.roles), permissions),
      authenticationMethods: ['pwd'],
      actors: [],
      lifetimeMs: lifetime ?? defaultLifetimeMs,
    };
    const token = await tokens.issue(draft, (principals) => {
      if (!enabledNames(principals).has(name)) throw reason('INVALID_CLIENT');
    });
    await secrets.markUsed(context.scope, principal, secretId);

    context.audit({ details: { token_id: token.claims.tokenId, secret: secretId, tenant: token.claims.tenant } });
    return tokenResponse(token);
  };
}
