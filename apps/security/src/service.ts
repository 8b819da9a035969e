import { PrincipalServiceDefinition, TokenServiceDefinition } from '@weir/contracts/security';
import { bind, type Binding } from '@weir/rpc';
import { createClientSecret } from './handlers/create-client-secret.ts';
import { createPrincipal } from './handlers/create-principal.ts';
import { disablePrincipal } from './handlers/disable-principal.ts';
import { enablePrincipal } from './handlers/enable-principal.ts';
import { exchangeToken } from './handlers/exchange-token.ts';
import { getJwks } from './handlers/get-jwks.ts';
import { getPrincipal } from './handlers/get-principal.ts';
import { introspectToken } from './handlers/introspect-token.ts';
import { issueToken } from './handlers/issue-token.ts';
import { listClientSecrets } from './handlers/list-client-secrets.ts';
import { listPrincipals } from './handlers/list-principals.ts';
import { listSigningKeys } from './handlers/list-signing-keys.ts';
import { revokeClientSecret } from './handlers/revoke-client-secret.ts';
import { revokeToken } from './handlers/revoke-token.ts';
import { rotateSigningKey } from './handlers/rotate-signing-key.ts';
import { updatePrincipal } from './handlers/update-principal.ts';
import { watchRevocations } from './handlers/watch-revocations.ts';
import type { SecurityParts } from './parts.ts';
import type { TenantDirectory } from './tenants/tenant-directory.ts';

/** The table of contents: one line per RPC. What is left out answers UNIMPLEMENTED. */
export function securityBindings(parts: SecurityParts, tenants: TenantDirectory): Binding[] {
  const { principals, secrets, hasher, revocations, feed, ring, rotation, keys, jwksMaxAgeMs } = parts;
  return [
    bind(PrincipalServiceDefinition, {
      createPrincipal: createPrincipal(principals, tenants),
      getPrincipal: getPrincipal(principals),
      listPrincipals: listPrincipals(principals),
      updatePrincipal: updatePrincipal(principals, revocations, feed),
      disablePrincipal: disablePrincipal(principals, revocations, feed),
      enablePrincipal: enablePrincipal(principals),
      createClientSecret: createClientSecret(principals, secrets, hasher),
      listClientSecrets: listClientSecrets(principals, secrets),
      revokeClientSecret: revokeClientSecret(secrets, revocations, feed),
    }),
    bind(TokenServiceDefinition, {
      issueToken: issueToken({ ...parts, tenants }),
      exchangeToken: exchangeToken({ ...parts, tenants }),
      introspectToken: introspectToken(parts.reader, feed),
      revokeToken: revokeToken(parts),
      getJwks: getJwks(ring, feed, jwksMaxAgeMs),
      rotateSigningKey: rotateSigningKey(rotation, feed),
      listSigningKeys: listSigningKeys(keys),
      watchRevocations: watchRevocations(feed, ring),
    }),
  ];
}
