import { createVerifier, type KeySource, type RevocationSource } from '@weir/auth';
import { Code, WeirError } from '@weir/errors';
import jwt from 'jsonwebtoken';
import { factsOf, SERVICES, type TokenFacts, type TokenPayload } from '../domain/token-claims.ts';

/** Reads tokens that callers present about others, whatever services they are for. */
export interface TokenReader {
  /** What a token says that counts right now; undefined for any other. */
  read(token: string): Promise<TokenFacts | undefined>;
}

interface Parts {
  readonly keys: KeySource;
  readonly revocations: RevocationSource;
  readonly issuer: string;
  readonly clock?: () => number;
}

/** Reads by the same rules as every verifier, without its allowance for clocks: these are the clocks. */
export function tokenReader({ clock = Date.now, ...parts }: Parts): TokenReader {
  const verifiers = new Map(
    SERVICES.map((audience) => [audience as string, createVerifier({ ...parts, clock, audience, cacheSize: 1_000 })]),
  );

  return {
    async read(token) {
      // Not trusted yet: it only says which verifier to ask, and each checks that the token is for it.
      const payload = payloadIn(token);
      const verifier = verifiers.get(payload?.aud.find((audience) => verifiers.has(audience)) ?? '');
      if (!payload || !verifier) return undefined;
      try {
        await verifier.verify(token);
      } catch (error) {
        if (error instanceof WeirError && error.code === Code.UNAUTHENTICATED) return undefined;
        throw error;
      }
      const facts = factsOf(payload);
      return facts.expiresAt.getTime() > clock() ? facts : undefined;
    },
  };
}

function payloadIn(token: string): TokenPayload | undefined {
  const payload = decode(token);
  return typeof payload === 'object' && Array.isArray(payload?.aud) ? (payload as unknown as TokenPayload) : undefined;
}

function decode(token: string): jwt.JwtPayload | string | null {
  try {
    return jwt.decode(token);
  } catch {
    return null;
  }
}
