import type { CallContext } from '@weir/context';
import { reason } from '@weir/errors';

/** How long a watch may wait: no longer than its token counts. */
export const waitMs = ({ principal }: CallContext, ms: number): number =>
  Math.max(1, Math.min(ms, (principal?.expiresAt ?? Infinity) - Date.now()));

/** A watch ends with the token that it was opened with. */
export function requireToken({ principal }: CallContext): void {
  if (principal && principal.expiresAt <= Date.now()) {
    throw reason('TOKEN_EXPIRED', { expired_at: new Date(principal.expiresAt).toISOString() });
  }
}
