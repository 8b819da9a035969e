import { reason } from '@weir/errors';
import type { VerifiedToken } from './claims.ts';

/** How far clocks may be apart. */
export const SKEW_MS = 60_000;

/** Throws TOKEN_EXPIRED or TOKEN_NOT_YET_VALID unless a token counts at this time. */
export function checkTimes({ principal, notBefore }: VerifiedToken, now: number): void {
  if (now >= principal.expiresAt + SKEW_MS) throw reason('TOKEN_EXPIRED', { expired_at: iso(principal.expiresAt) });
  const validFrom = Math.max(notBefore, principal.issuedAt);
  if (now < validFrom - SKEW_MS) throw reason('TOKEN_NOT_YET_VALID', { valid_from: iso(validFrom) });
}

const iso = (time: number): string => new Date(time).toISOString();
