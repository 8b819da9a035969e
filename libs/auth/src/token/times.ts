import { reason } from '@weir/errors';
import type { VerifiedToken } from './claims.ts';

/** How far clocks are taken to be apart at most, in milliseconds, unless settings say otherwise. */
export const DEFAULT_SKEW_MS = 5_000;

/** Throws TOKEN_EXPIRED or TOKEN_NOT_YET_VALID unless a token counts at this time, by clocks that differ by `skewMs`. */
export function checkTimes({ principal, notBefore }: VerifiedToken, now: number, skewMs: number): void {
  if (now >= principal.expiresAt + skewMs) throw reason('TOKEN_EXPIRED', { expired_at: iso(principal.expiresAt) });
  const validFrom = Math.max(notBefore, principal.issuedAt);
  if (now < validFrom - skewMs) throw reason('TOKEN_NOT_YET_VALID', { valid_from: iso(validFrom) });
}

const iso = (time: number): string => new Date(time).toISOString();
