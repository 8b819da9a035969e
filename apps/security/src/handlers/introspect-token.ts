import type { IntrospectTokenRequest, IntrospectTokenResponse } from '@weir/contracts/security';
import { parse, text, type Unary } from '@weir/rpc';
import { z } from 'zod';
import { claimsMessage } from '../domain/token-claims.ts';
import type { RevocationFeed } from '../tokens/revocation-feed.ts';
import type { TokenReader } from '../tokens/token-reader.ts';

const Request = z.object({ token: text(1, 8_192) });

/** Tells whether a token counts right now, and what it says. */
export function introspectToken(
  reader: TokenReader,
  feed: RevocationFeed,
): Unary<IntrospectTokenRequest, IntrospectTokenResponse> {
  return async (request, { principal }) => {
    const { token } = parse(Request, request);

    await feed.refresh();
    const facts = await reader.read(token);
    const isForeign = principal?.tenant !== undefined && facts?.tenant !== principal.tenant;
    if (!facts || isForeign) return { active: false, claims: undefined };

    return { active: true, claims: claimsMessage(facts) };
  };
}
