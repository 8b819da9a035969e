import type { CallContext, Principal } from '@weir/context';
import { methodRules } from '@weir/contracts';
import type { ExchangeTokenRequest, ExchangeTokenResponse } from '@weir/contracts/security';
import { reason } from '@weir/errors';
import { parse, text, type Unary } from '@weir/rpc';
import { z } from 'zod';
import { narrowAudiences, narrowPermissions } from '../domain/narrowing.ts';
import type { TokenFacts } from '../domain/token-claims.ts';
import type { IssuancePrincipal } from '../store/issuance-store.ts';
import { requireActiveTenant } from '../tenants/require-tenant.ts';
import type { TenantDirectory } from '../tenants/tenant-directory.ts';
import type { RevocationFeed } from '../tokens/revocation-feed.ts';
import { enabledNames, type TokenDraft, type TokenIssuer } from '../tokens/token-issuer.ts';
import type { TokenReader } from '../tokens/token-reader.ts';
import { DAY_MS, durationBetween, HOUR_MS } from './duration-field.ts';
import { grantFields, tokenResponse } from './token-fields.ts';

const MAX_ACTORS = 4;

const Request = z.object({
  subjectToken: text(1, 8_192),
  ...grantFields,
  lifetime: durationBetween(1_000, DAY_MS, '1 second to 24 hours'),
});

/** What ExchangeToken works with. */
export interface ExchangeTokenParts {
  readonly reader: TokenReader;
  readonly feed: RevocationFeed;
  readonly tenants: TenantDirectory;
  readonly tokens: TokenIssuer;
}

/** Exchanges a token for one that can do less, or with which the caller acts on behalf of its subject. */
export function exchangeToken(parts: ExchangeTokenParts): Unary<ExchangeTokenRequest, ExchangeTokenResponse> {
  const { reader, feed, tenants, tokens } = parts;
  return async (request, context) => {
    const asked = parse(Request, request);

    await feed.refresh();
    const caller = requireCaller(context);
    const subject = await reader.read(asked.subjectToken);
    if (!subject || !mayActFor(caller, subject)) throw reason('INVALID_SUBJECT_TOKEN');
    requireListed(caller, subject, context.method);
    await requireActiveTenant(tenants, subject.tenant);
    const draft: TokenDraft = {
      ...subject,
      ...actingBy(caller, subject),
      audiences: narrowAudiences(subject.audiences, asked.audiences),
      permissions: narrowPermissions(subject.permissions, asked.permissions),
      lifetimeMs: asked.lifetime ?? HOUR_MS,
      notAfter: subject.expiresAt,
    };
    const token = await tokens.issue(draft, requireStillValid(draft, subject));

    const { tokenId, clientId } = token.claims;
    context.audit({
      resource: subject.subject,
      details: { subject_token_id: subject.tokenId, token_id: tokenId, client_id: clientId },
    });
    return tokenResponse(token);
  };
}

function requireCaller({ principal }: CallContext): Principal {
  if (!principal) throw reason('TOKEN_MISSING');
  return principal;
}

/** A caller of a tenant only for subjects of its tenant. */
const mayActFor = (caller: Principal, { tenant }: TokenFacts): boolean =>
  caller.tenant === undefined || caller.tenant === tenant;

/** Of the services only those that the method's rule names; every principal may exchange its own token. */
function requireListed({ kind, subject }: Principal, token: TokenFacts, method: string): void {
  const listed = methodRules().get(method)?.rule.callers ?? [];
  const isListed = listed.some((service) => subject === `principals/${service}`);
  if (kind === 'service' && token.subject !== subject && !isListed) {
    throw reason('CALLER_NOT_ALLOWED', { principal: subject, method });
  }
}

/** The actors of the new token: those of the subject token, and before them the caller if it is another one. */
function actingBy(
  caller: Principal,
  { subject, actors, clientId }: TokenFacts,
): Pick<TokenDraft, 'actors' | 'clientId'> {
  const self = caller.actor ?? caller.subject;
  if (self === (actors[0] ?? subject)) return { actors, clientId };
  if (actors.length >= MAX_ACTORS) throw reason('ACTOR_CHAIN_TOO_LONG', { limit: MAX_ACTORS });
  return { actors: [self, ...actors], clientId: self };
}

/** As of the moment of issue: nobody in it disabled, and the subject token not revoked by name or tenant. */
function requireStillValid(
  draft: TokenDraft,
  { issuedAt }: TokenFacts,
): (principals: readonly IssuancePrincipal[]) => void {
  return (principals) => {
    const enabled = enabledNames(principals);
    const all = [draft.subject, ...draft.actors];
    const isRevoked = principals.some(({ tokensValidFrom }) => tokensValidFrom && issuedAt < tokensValidFrom);
    if (isRevoked || !all.every((name) => enabled.has(name))) throw reason('INVALID_SUBJECT_TOKEN');
  };
}
