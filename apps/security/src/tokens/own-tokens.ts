import type { TokenSource } from '@weir/client';
import { PrincipalKind, Role } from '@weir/contracts/security';
import { reason } from '@weir/errors';
import { SERVICES } from '../domain/token-claims.ts';
import type { TokenIssuer } from './token-issuer.ts';

const NAME = 'principals/security';
const LIFETIME_MS = 3_600_000;

/** The tokens that this service calls others with: it signs them itself, as "principals/security". */
export function ownTokens(issuer: TokenIssuer): TokenSource {
  let token: string | undefined;
  let renewAt = 0;

  function fresh(): string {
    const issued = issuer.issueOwn({
      subject: NAME,
      clientId: NAME,
      kind: PrincipalKind.SERVICE_ACCOUNT,
      tenant: '',
      audiences: SERVICES,
      roles: [Role.SERVICE],
      permissions: [],
      authenticationMethods: [],
      actors: [],
      lifetimeMs: LIFETIME_MS,
    });
    if (!issued) throw reason('DEPENDENCY_UNAVAILABLE', { dependency: 'signing keys' }, { retryAfterMs: 1_000 });
    renewAt = Date.now() + LIFETIME_MS / 2;
    return (token = issued.accessToken);
  }

  return {
    token: () => (token !== undefined && Date.now() < renewAt ? token : fresh()),
    refused(refused) {
      if (refused === token) token = undefined;
    },
  };
}
