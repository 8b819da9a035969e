import type { Permission } from '@weir/contracts/options';
import { reason } from '@weir/errors';
import { permissionClaim } from './token-claims.ts';

/** What is asked for of what there is, in its order; nothing asked for is everything. INVALID_SCOPE for more. */
export function narrowPermissions(granted: readonly Permission[], asked: readonly Permission[]): Permission[] {
  const missing = asked.filter((permission) => !granted.includes(permission));
  if (missing.length > 0) throw reason('INVALID_SCOPE', { permissions: missing.map(permissionClaim).join(', ') });
  return granted.filter((permission) => asked.length === 0 || asked.includes(permission));
}

/** The same for the services that a token is for. INVALID_TARGET for more. */
export function narrowAudiences(allowed: readonly string[], asked: readonly string[]): string[] {
  const missing = asked.filter((audience) => !allowed.includes(audience));
  if (missing.length > 0) throw reason('INVALID_TARGET', { audiences: missing.join(', ') });
  return allowed.filter((audience) => asked.length === 0 || asked.includes(audience));
}
