import { Permission } from '@weir/contracts/options';
import { Role, roleToJSON } from '@weir/contracts/security';

const { READ, WRITE, DELETE, ADMIN, PIPELINE, MODEL, QUERY } = Permission;

// A service has no permission of its own: it may call the methods whose `callers` name it.
const granted: ReadonlyMap<Role, readonly Permission[]> = new Map<Role, readonly Permission[]>([
  [Role.DATA_ADMIN, [READ, WRITE, DELETE, ADMIN]],
  [Role.DATA_ENGINEER, [READ, WRITE, PIPELINE]],
  [Role.ML_ENGINEER, [READ, WRITE, MODEL]],
  [Role.DATA_ANALYST, [READ, QUERY]],
  [Role.DATA_VIEWER, [READ]],
  [Role.PLATFORM_ADMIN, [READ, WRITE, DELETE, ADMIN, PIPELINE, MODEL, QUERY]],
  [Role.SERVICE, []],
]);

const platformRoles: ReadonlySet<Role> = new Set([Role.PLATFORM_ADMIN, Role.SERVICE]);

/** What roles grant together, each once, ascending. */
export const permissionsOf = (roles: readonly Role[]): Permission[] =>
  [...new Set(roles.flatMap((role) => granted.get(role) ?? []))].sort((a, b) => a - b);

/** The roles that a principal may not have where it is: a tenant's none of the platform's, the platform's only one. */
export function rolesNotAllowed(tenant: string, roles: readonly Role[]): Role[] {
  if (tenant !== '') return roles.filter((role) => platformRoles.has(role));
  return roles.length > 1 ? [...roles] : roles.filter((role) => !platformRoles.has(role));
}

/** Each role once, ascending: how they are stored and compared. */
export const canonicalRoles = (roles: readonly Role[]): Role[] => [...new Set(roles)].sort((a, b) => a - b);

/** "data_admin, data_viewer" for messages and the audit log. */
export const rolesText = (roles: readonly Role[]): string =>
  roles.map((role) => roleToJSON(role).replace('ROLE_', '').toLowerCase()).join(', ');
