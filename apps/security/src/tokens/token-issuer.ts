import { platformScope } from '@weir/context';
import { SigningAlgorithm, type TokenClaims } from '@weir/contracts/security';
import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import jwt from 'jsonwebtoken';
import { principalKey, principalName } from '../domain/principal.ts';
import { claimsMessage, payloadOf, type TokenFacts } from '../domain/token-claims.ts';
import type { IssuancePrincipal, IssuanceStore, IssuanceTerms } from '../store/issuance-store.ts';
import type { KeyRing, Signer } from './key-ring.ts';

/** What a token is to say; the issuer adds who issued it, its id and its time. */
export interface TokenDraft extends Omit<TokenFacts, 'issuer' | 'tokenId' | 'issuedAt' | 'expiresAt'> {
  readonly lifetimeMs: number;
  /** It ends then at the latest. */
  readonly notAfter?: Date;
}

/** A token, and what it says. */
export interface IssuedToken {
  readonly accessToken: string;
  readonly claims: TokenClaims;
  readonly expiresInMs: number;
}

/** Whether a token may still be issued, as of the moment that it is. */
export type IssuanceCheck = (principals: readonly IssuancePrincipal[]) => void;

/** Signs tokens. */
export interface TokenIssuer {
  /** Checks its subject and actors once more while nobody can revoke them, and signs. */
  issue(draft: TokenDraft, check: IssuanceCheck): Promise<IssuedToken>;
  /** Signs without asking the database: for the service's own identity. */
  issueOwn(draft: TokenDraft): IssuedToken | undefined;
}

interface Parts {
  readonly issuance: IssuanceStore;
  readonly ring: KeyRing;
  readonly issuer: string;
}

/** An issuer over the keys of a ring. */
export function tokenIssuer({ issuance, ring, issuer }: Parts): TokenIssuer {
  let keysRevision: bigint | undefined;

  return {
    async issue(draft, check) {
      const terms = await termsFor(issuance, draft);
      check(terms.principals);
      if (terms.keysRevision !== keysRevision) {
        await ring.refresh();
        keysRevision = terms.keysRevision;
      }
      const signer = ring.signer(terms.now);
      if (!signer) throw new Error('no key signs: the first one has not been made yet');
      return sign(draft, issuer, signer, terms.now);
    },
    issueOwn(draft) {
      const now = new Date();
      const signer = ring.signer(now);
      return signer && sign(draft, issuer, signer, now);
    },
  };
}

function sign(draft: TokenDraft, issuer: string, signer: Signer, now: Date): IssuedToken {
  const issuedAt = wholeSecond(now);
  const end = issuedAt.getTime() + draft.lifetimeMs;
  const expiresAt = wholeSecond(new Date(Math.min(end, draft.notAfter?.getTime() ?? Infinity)));
  const facts: TokenFacts = { ...draft, issuer, tokenId: randomUUID(), issuedAt, expiresAt };
  const algorithm = signer.algorithm === SigningAlgorithm.RS256 ? 'RS256' : 'ES256';
  const accessToken = jwt.sign(payloadOf(facts), signer.privateKey, {
    algorithm,
    keyid: signer.keyId,
    header: { alg: algorithm, typ: 'at+jwt' },
  });
  return { accessToken, claims: claimsMessage(facts), expiresInMs: expiresAt.getTime() - now.getTime() };
}

/** After a revocation a new token must have a later `iat`, in whole seconds: that second is waited for. */
async function termsFor(issuance: IssuanceStore, draft: TokenDraft): Promise<IssuanceTerms> {
  const keys = [draft.subject, ...draft.actors].flatMap((name) => principalKey(name) ?? []);
  for (;;) {
    const terms = await issuance.terms(platformScope(), keys);
    const waitMs = Math.max(
      0,
      ...terms.principals.map(({ tokensValidFrom }) => Number(tokensValidFrom ?? 0) - Number(terms.now)),
    );
    if (waitMs === 0) return terms;
    await wait(waitMs);
  }
}

const wholeSecond = (time: Date): Date => new Date(Math.floor(time.getTime() / 1000) * 1000);

/** The names of those that are not disabled. */
export const enabledNames = (principals: readonly IssuancePrincipal[]): ReadonlySet<string> =>
  new Set(principals.filter(({ disabledAt }) => disabledAt === undefined).map(principalName));
