import { isReason, WeirError, Code } from '@weir/errors';
import type { Channel } from './channel.ts';
import { unavailable } from './from-status.ts';
import { withinFrame, type CallOptions, type Frame } from './frame.ts';
import type { Method } from './method.ts';

/** The bearer token of one call. */
export interface Bearer {
  /** The token to send; undefined where the method takes none or nobody gave one. */
  token(): Promise<string | undefined> | string | undefined;
  /** Whether a refusal was about the age of a token that can be replaced; the next `token` is a fresh one then. */
  renews(error: unknown): boolean;
  /** What the caller is told: a refusal of our own token is our problem, not that of the call in progress. */
  explain(error: unknown): unknown;
}

/** Chooses the token of a call: the one in its options, else one of the channel's source. */
export function bearerOf(channel: Channel, method: Method, options: CallOptions, frame: Frame): Bearer {
  const { tokens } = channel;
  if (options.token !== undefined) return { ...none, token: () => options.token };
  if (tokens === undefined || method.isPublic) return none;
  let sent: string | undefined;
  return {
    async token() {
      try {
        const token = tokens.token();
        sent = typeof token === 'string' ? token : await withinFrame(token, frame, method.path);
        return sent;
      } catch (error) {
        throw noToken(error, method);
      }
    },
    renews(error) {
      if (sent === undefined || !isStale(error)) return false;
      tokens.refused(sent);
      return true;
    },
    explain: (error) => (frame.isInner && isRefusal(error) ? unavailable(method.dependency, error) : error),
  };
}

const none: Bearer = { token: () => undefined, renews: () => false, explain: (error) => error };

const isStale = (error: unknown): boolean => isReason(error, 'TOKEN_EXPIRED') || isReason(error, 'TOKEN_REVOKED');

const isRefusal = (error: unknown): boolean => error instanceof WeirError && error.code === Code.UNAUTHENTICATED;

// What passes is worth another try; anything else is a wrong secret or set-up, and no answer to who called us.
const PASSING: ReadonlySet<Code> = new Set([Code.UNAVAILABLE, Code.DEADLINE_EXCEEDED, Code.CANCELLED]);

function noToken(error: unknown, { dependency }: Method): unknown {
  if (error instanceof WeirError && PASSING.has(error.code)) return error;
  const why = error instanceof Error ? error.message : String(error);
  return new Error(`there is no token to call ${dependency} with: ${why}`, { cause: error });
}
