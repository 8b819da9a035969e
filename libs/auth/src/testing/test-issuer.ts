import type { PrincipalKind } from '@weir/context';
import { Revocation, type JsonWebKey } from '@weir/contracts/security';
import type { DeepPartial } from '@weir/contracts';
import jwt from 'jsonwebtoken';
import { generateKeyPairSync, randomUUID, type KeyObject } from 'node:crypto';
import { verificationKey } from '../keys/verification-key.ts';
import { revocationList } from '../revocations/revocation-list.ts';
import { createVerifier, type TokenVerifier } from '../verifier.ts';

/** What a token of the test issuer says; all of it has a default. */
export interface TestClaims {
  /** "tenants/acme/principals/tester"; its tenant is that of the token. */
  readonly subject?: string;
  /** Only to make one that does not fit the subject. */
  readonly tenant?: string;
  readonly roles?: readonly string[];
  /** All of them unless given; a service has none. */
  readonly permissions?: readonly string[];
  readonly kind?: PrincipalKind;
  readonly lifetimeMs?: number;
  readonly audiences?: readonly string[];
  /** The latest first. */
  readonly actors?: readonly string[];
  readonly tokenId?: string;
  /** Replaces or, where undefined, removes any claim of the JWT. */
  readonly raw?: Readonly<Record<string, unknown>>;
}

/** Issues real tokens with a key of its own, and verifies them. */
export interface TestIssuer {
  issue(claims?: TestClaims): string;
  /** A token of one of Weir's services: service('agent'). */
  service(name: string): string;
  /** The payload that `issue` would sign. */
  payload(claims?: TestClaims): Record<string, unknown>;
  /** Signs any payload as an access token; the header may be changed. */
  sign(payload: object, header?: Readonly<Record<string, unknown>>): string;
  revoke(revocation: DeepPartial<Revocation>): void;
  readonly verifier: TokenVerifier;
  /** The public key as security would publish it. */
  readonly jwk: JsonWebKey;
  readonly keyId: string;
  readonly publicKey: KeyObject;
}

/** How a test issuer is made. */
export interface TestIssuerOptions {
  /** The service that verifies; tokens are for all services unless told otherwise. */
  readonly audience?: string;
  readonly clock?: () => number;
  readonly keyId?: string;
}

const ISSUER = 'weir';
const SERVICES = ['registry', 'security', 'audit', 'agent', 'deployment'];
const PERMISSIONS = ['read', 'write', 'delete', 'admin', 'pipeline', 'model', 'query'];

/** An issuer with a real ES256 key. */
export function testIssuer(options: TestIssuerOptions = {}): TestIssuer {
  const { audience = 'registry', clock = Date.now, keyId = 'test-key' } = options;
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const jwk = publishedKey(publicKey, keyId);
  const key = verificationKey(jwk);
  const revocations = revocationList();
  const verifier = createVerifier({
    keys: { find: (id) => (id === keyId ? key : undefined), ready: () => undefined },
    revocations,
    issuer: ISSUER,
    audience,
    clock,
    skewMs: 60_000,
  });
  const payload = (claims: TestClaims = {}) => payloadOf(claims, clock());
  // As text, so that it is signed as it is: jsonwebtoken mends what an object lacks.
  const sign = (body: object, header = {}): string =>
    jwt.sign(JSON.stringify(body), privateKey, {
      algorithm: 'ES256',
      header: { alg: 'ES256', typ: 'at+jwt', kid: keyId, ...header },
    });
  const issue = (claims: TestClaims = {}): string => sign(payload(claims));

  return {
    issue,
    payload,
    sign,
    service: (name) => issue({ subject: `principals/${name}`, kind: 'service', roles: ['service'], permissions: [] }),
    revoke: (revocation) => revocations.add(Revocation.fromPartial(revocation as Revocation)),
    verifier,
    jwk,
    keyId,
    publicKey,
  };
}

function payloadOf(claims: TestClaims, now: number): Record<string, unknown> {
  const { subject = 'tenants/acme/principals/tester', lifetimeMs = 3_600_000, actors = [] } = claims;
  const issuedAt = Math.floor(now / 1000);
  const tenant = claims.tenant ?? /^tenants\/([^/]+)\//.exec(subject)?.[1];
  const act = actClaim(actors);
  const payload: Record<string, unknown> = {
    iss: ISSUER,
    sub: subject,
    aud: claims.audiences ?? SERVICES,
    jti: claims.tokenId ?? randomUUID(),
    iat: issuedAt,
    nbf: issuedAt,
    exp: issuedAt + Math.floor(lifetimeMs / 1000),
    client_id: subject,
    ...(tenant !== undefined && { tenant }),
    kind: claims.kind ?? 'user',
    roles: claims.roles ?? [tenant === undefined ? 'platform_admin' : 'data_admin'],
    permissions: claims.permissions ?? PERMISSIONS,
    amr: ['pwd'],
    ...(act && { act }),
    ...claims.raw,
  };
  return Object.fromEntries(Object.entries(payload).filter(([, value]) => value !== undefined));
}

interface Act {
  sub: string;
  act?: Act;
}

const actClaim = ([latest, ...earlier]: readonly string[]): Act | undefined => {
  if (latest === undefined) return undefined;
  const act = actClaim(earlier);
  return { sub: latest, ...(act && { act }) };
};

function publishedKey(publicKey: KeyObject, kid: string): JsonWebKey {
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
  return { kty: 'EC', kid, use: 'sig', alg: 'ES256', crv: 'P-256', x, y, n: '', e: '' };
}
