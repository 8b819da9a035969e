import type { Scope } from '@weir/context';
import { reason } from '@weir/errors';
import { etagOf, isActiveAdmin, principalName, type PrincipalKey, type PrincipalRecord } from '../domain/principal.ts';
import { rolesNotAllowed, rolesText } from '../domain/roles.ts';
import type { NewPrincipal, PrincipalStore } from '../store/principal-store.ts';

/** A principal that nobody else changes before the transaction ends. */
export interface LockedPrincipal {
  readonly record: PrincipalRecord;
  /** Whether nobody enabled would administer the platform without it. */
  readonly isLastAdmin: boolean;
}

/** PRINCIPAL_NOT_FOUND, or ETAG_MISMATCH where an etag is given and is stale. */
export async function lockPrincipal(
  principals: PrincipalStore,
  scope: Scope,
  key: PrincipalKey,
  etag: string,
): Promise<LockedPrincipal> {
  const name = principalName(key);
  const admins = key.tenant === '' ? await principals.lockAdmins(scope) : [];
  const record = await principals.lock(scope, key);
  if (!record) throw reason('PRINCIPAL_NOT_FOUND', { name });
  if (etag !== '' && etag !== etagOf(record)) throw reason('ETAG_MISMATCH', { name, etag });
  return { record, isLastAdmin: isActiveAdmin(record) && admins.every(({ id }) => id === key.id) };
}

/** PRINCIPAL_NOT_FOUND unless it exists. */
export async function requirePrincipal(
  principals: PrincipalStore,
  scope: Scope,
  key: PrincipalKey,
): Promise<PrincipalRecord> {
  const record = await principals.find(scope, key);
  if (!record) throw reason('PRINCIPAL_NOT_FOUND', { name: principalName(key) });
  return record;
}

/** ROLE_NOT_ALLOWED for a platform role in a tenant, the reverse, or both platform roles at once. */
export function requireAllowedRoles({ tenant, id, roles }: Pick<NewPrincipal, 'tenant' | 'id' | 'roles'>): void {
  const refused = rolesNotAllowed(tenant, roles);
  if (refused.length > 0) {
    throw reason('ROLE_NOT_ALLOWED', { name: principalName({ tenant, id }), roles: rolesText(refused) });
  }
}
