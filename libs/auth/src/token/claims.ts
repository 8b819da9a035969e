import type { Principal } from '@weir/context';
import { reason } from '@weir/errors';
import { z } from 'zod';

/** What a token that was verified says. */
export interface VerifiedToken {
  readonly principal: Principal;
  /** Who acts on behalf of the principal, the latest first. */
  readonly actors: readonly string[];
  /** The key that signed it. */
  readonly keyId: string;
  /** From when it counts, in milliseconds since the epoch. */
  readonly notBefore: number;
}

const LONGEST_SECONDS = 24 * 3600;
const MOST_ACTORS = 4;

// Compared byte for byte, like every resource name.
const ID = '[a-z][a-z0-9-]{1,61}[a-z0-9]';
const PRINCIPAL = new RegExp(`^(?:tenants/(${ID})/)?principals/${ID}$`);

interface Act {
  readonly sub: string;
  readonly act?: Act | undefined;
}

const name = z.string().regex(PRINCIPAL);
const words = z.array(z.string().regex(/^[a-z][a-z_]{0,62}$/)).max(64);
const seconds = z.int().min(0);
const Act: z.ZodType<Act> = z.object({
  sub: name,
  get act() {
    return Act.optional();
  },
});

const Claims = z.object({
  iss: z.string(),
  aud: z.array(z.string()).min(1).max(16),
  sub: name,
  jti: z.string().min(1).max(128),
  iat: seconds,
  nbf: seconds,
  exp: seconds,
  tenant: z
    .string()
    .regex(new RegExp(`^${ID}$`))
    .optional(),
  roles: words,
  permissions: words,
  kind: z.enum(['user', 'service_account', 'service']),
  act: Act.optional(),
});

/** What the claims of a token must be. */
export interface Expected {
  /** `iss`, exactly. */
  readonly issuer: string;
  /** One of `aud`, exactly. */
  readonly audience: string;
}

/** Reads the claims of a token whose signature was checked. Throws TOKEN_INVALID when it is not one of ours or not for us. */
export function readClaims(payload: unknown, keyId: string, { issuer, audience }: Expected): VerifiedToken {
  const { data: claims, error } = Claims.safeParse(payload);
  if (!claims) throw invalid(`its claim ${String(error.issues[0]?.path[0] ?? 'set')} is missing or wrong`);
  if (claims.iss !== issuer) throw invalid('somebody else issued it');
  if (!claims.aud.includes(audience)) throw invalid(`it is not for ${audience}`);
  if (claims.exp <= claims.iat || claims.exp - claims.iat > LONGEST_SECONDS) {
    throw invalid('its lifetime is not within 24 hours');
  }
  if (PRINCIPAL.exec(claims.sub)?.[1] !== claims.tenant) throw invalid('its subject is not of its tenant');
  return { principal: principalOf(claims), actors: actorsOf(claims.act), keyId, notBefore: claims.nbf * 1000 };
}

const principalOf = (claims: z.output<typeof Claims>): Principal => ({
  subject: claims.sub,
  kind: claims.kind,
  tenant: claims.tenant,
  roles: claims.roles,
  permissions: new Set(claims.permissions),
  tokenId: claims.jti,
  issuedAt: claims.iat * 1000,
  expiresAt: claims.exp * 1000,
  actor: claims.act?.sub,
});

function actorsOf(latest: Act | undefined): string[] {
  const actors: string[] = [];
  for (let act = latest; act; act = act.act) actors.push(act.sub);
  if (actors.length > MOST_ACTORS) throw invalid(`more than ${MOST_ACTORS} principals act in it`);
  return actors;
}

/** TOKEN_INVALID. */
export const invalid = (problem: string, facts: Record<string, string> = {}): Error =>
  reason('TOKEN_INVALID', { problem, ...facts });

/** The name of a principal, if it is one. */
export const principalName = (value: unknown): string | undefined => name.safeParse(value).data;
