import { Permission, permissionToJSON } from '@weir/contracts/options';
import { PrincipalKind, Role, roleToJSON, type TokenClaims } from '@weir/contracts/security';
import { tenantName } from './principal.ts';

/** The services that a token can be for. */
export const SERVICES = ['registry', 'security', 'audit', 'agent', 'deployment'] as const;

/** How far the clocks of verifiers may be off, in milliseconds. */
export const SKEW_MS = 60_000;

/** The longest time that a token can count, clock skew included, in milliseconds. */
export const LONGEST_TOKEN_MS = 24 * 3_600_000 + SKEW_MS;

/** What a token is made of. */
export interface TokenFacts {
  readonly issuer: string;
  readonly subject: string;
  readonly kind: PrincipalKind;
  /** The id of the tenant; "" for none. */
  readonly tenant: string;
  readonly audiences: readonly string[];
  readonly tokenId: string;
  readonly issuedAt: Date;
  readonly expiresAt: Date;
  readonly clientId: string;
  readonly roles: readonly Role[];
  readonly permissions: readonly Permission[];
  readonly authenticationMethods: readonly string[];
  /** The latest first. */
  readonly actors: readonly string[];
}

/** `act` of RFC 8693: the latest actor, and inside it the one before. */
export interface ActClaim {
  readonly sub: string;
  readonly act?: ActClaim;
}

/** The claims as a JWT carries them (RFC 9068); times in seconds. */
export interface TokenPayload {
  readonly iss: string;
  readonly sub: string;
  readonly aud: string[];
  readonly jti: string;
  readonly iat: number;
  readonly nbf: number;
  readonly exp: number;
  readonly client_id: string;
  /** The tenant's id; absent for a token bound to none. */
  readonly tenant?: string;
  readonly kind: 'user' | 'service_account' | 'service';
  readonly roles: string[];
  readonly permissions: string[];
  /** The permissions again, for who knows only what RFC 9068 (2.2.3) says; absent when there are none. */
  readonly scope?: string;
  readonly amr: string[];
  readonly act?: ActClaim;
}

const seconds = (time: Date): number => Math.floor(time.getTime() / 1000);

/** The JWT payload of a token. */
export function payloadOf(facts: TokenFacts): TokenPayload {
  const act = actClaim(facts.actors);
  return {
    iss: facts.issuer,
    sub: facts.subject,
    aud: [...facts.audiences],
    jti: facts.tokenId,
    iat: seconds(facts.issuedAt),
    nbf: seconds(facts.issuedAt),
    exp: seconds(facts.expiresAt),
    client_id: facts.clientId,
    ...(facts.tenant !== '' && { tenant: facts.tenant }),
    kind: kindClaim(facts),
    roles: facts.roles.map(roleClaim),
    permissions: facts.permissions.map(permissionClaim),
    ...(facts.permissions.length > 0 && { scope: scopeOf(facts) }),
    amr: [...facts.authenticationMethods],
    ...(act && { act }),
  };
}

/** The claims as callers read them. */
export const claimsMessage = (facts: TokenFacts): TokenClaims => ({
  issuer: facts.issuer,
  subject: facts.subject,
  audiences: [...facts.audiences],
  tokenId: facts.tokenId,
  issuedAt: facts.issuedAt,
  notBefore: facts.issuedAt,
  expiresAt: facts.expiresAt,
  clientId: facts.clientId,
  tenant: tenantName(facts.tenant),
  roles: [...facts.roles],
  permissions: [...facts.permissions],
  authenticationMethods: [...facts.authenticationMethods],
  actors: [...facts.actors],
  scope: scopeOf(facts),
});

const scopeOf = ({ permissions }: TokenFacts): string => permissions.map(permissionClaim).join(' ');

/** What a token whose signature has been checked says. */
export const factsOf = (payload: TokenPayload): TokenFacts => ({
  issuer: payload.iss,
  subject: payload.sub,
  kind: payload.kind === 'user' ? PrincipalKind.USER : PrincipalKind.SERVICE_ACCOUNT,
  tenant: payload.tenant ?? '',
  audiences: payload.aud,
  tokenId: payload.jti,
  issuedAt: new Date(payload.iat * 1000),
  expiresAt: new Date(payload.exp * 1000),
  clientId: payload.client_id,
  roles: payload.roles.flatMap((claim) => rolesByClaim.get(claim) ?? []),
  permissions: payload.permissions.flatMap((claim) => permissionsByClaim.get(claim) ?? []),
  authenticationMethods: payload.amr,
  actors: actorsOf(payload.act),
});

const roleClaim = (role: Role): string => roleToJSON(role).replace('ROLE_', '').toLowerCase();

/** "read" for PERMISSION_READ. */
export const permissionClaim = (permission: Permission): string =>
  permissionToJSON(permission).replace('PERMISSION_', '').toLowerCase();

const rolesByClaim = new Map(
  Object.values(Role)
    .filter((role) => role > 0)
    .map((role) => [roleClaim(role), role]),
);
const permissionsByClaim = new Map(
  Object.values(Permission)
    .filter((value) => value > 0)
    .map((value) => [permissionClaim(value), value]),
);

function kindClaim({ roles, kind }: TokenFacts): TokenPayload['kind'] {
  if (roles.includes(Role.SERVICE)) return 'service';
  return kind === PrincipalKind.USER ? 'user' : 'service_account';
}

const actClaim = ([latest, ...earlier]: readonly string[]): ActClaim | undefined => {
  if (latest === undefined) return undefined;
  const act = actClaim(earlier);
  return { sub: latest, ...(act && { act }) };
};

const actorsOf = (act: ActClaim | undefined): string[] => (act ? [act.sub, ...actorsOf(act.act)] : []);
