import type { VerifiedToken } from '../token/claims.ts';

/** What no longer counts. */
export interface RevocationSource {
  readonly isRevoked: (token: VerifiedToken) => boolean;
  /** Grows with every change: what was verified before is looked at again. */
  readonly generation: number;
  /** Why it cannot be relied on now; undefined when it can. */
  ready(): string | undefined;
}
