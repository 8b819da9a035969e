import { duration, integer } from '@weir/config';
import { z } from 'zod';
import { DEFAULT_SKEW_MS } from './token/times.ts';

/** The settings of a service that verifies tokens. */
export const authSettings = {
  TOKEN_ISSUER: z.string().min(1).default('weir').describe('The issuer (iss) that tokens must come from.'),
  REVOCATIONS_STALE_AFTER: duration({ min: 5_000, max: 3_600_000 })
    .default(60_000)
    .describe('Without word of revocations for longer than this every token is refused with KEYS_UNAVAILABLE.'),
  TOKEN_CLOCK_SKEW: duration({ max: 60_000 })
    .default(DEFAULT_SKEW_MS)
    .describe('How far the clocks of the machines may be apart: so much longer a token counts, and so much earlier.'),
  TOKEN_CACHE_SIZE: integer({ min: 1, max: 1_000_000 })
    .default(10_000)
    .describe('How many verified tokens are remembered, so that their signature is checked once.'),
};

/** What `authSettings` parse to. */
export type AuthSettings = z.output<z.ZodObject<typeof authSettings>>;
