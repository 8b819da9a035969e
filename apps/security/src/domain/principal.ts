import { PrincipalState, Role, type Principal, type PrincipalKind } from '@weir/contracts/security';
import { permissionsOf } from './roles.ts';

/** Which principal: the id of its tenant, or "" for the platform, and its own id. */
export interface PrincipalKey {
  readonly tenant: string;
  readonly id: string;
}

/** A principal as it is stored. */
export interface PrincipalRecord extends PrincipalKey {
  readonly kind: PrincipalKind;
  readonly displayName: string;
  /** Each once, ascending. */
  readonly roles: readonly Role[];
  readonly revision: bigint;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly disabledAt: Date | undefined;
  readonly lastAuthenticatedAt: Date | undefined;
}

const NAME = /^(?:tenants\/([^/]+)\/)?principals\/([^/]+)$/;

/** "tenants/acme/principals/etl", or "principals/admin" for the platform. */
export const principalName = ({ tenant, id }: PrincipalKey): string =>
  tenant === '' ? `principals/${id}` : `tenants/${tenant}/principals/${id}`;

/** The key in a name that has been checked; undefined for anything else. */
export function principalKey(name: string): PrincipalKey | undefined {
  const [, tenant = '', id] = NAME.exec(name) ?? [];
  return id === undefined ? undefined : { tenant, id };
}

/** The id in "tenants/acme"; "" for the platform. */
export const tenantIn = (name: string): string => name.replace(/^tenants\//, '');

/** "tenants/acme"; "" for the platform. */
export const tenantName = (tenant: string): string => (tenant === '' ? '' : `tenants/${tenant}`);

/** What callers send back to say which state of a principal they have seen. */
export const etagOf = ({ revision }: PrincipalRecord): string => `r${revision}`;

/** Whether it administers the platform, and may. */
export const isActiveAdmin = ({ roles, disabledAt }: PrincipalRecord): boolean =>
  disabledAt === undefined && roles.includes(Role.PLATFORM_ADMIN);

/** A principal as callers see it. */
export const principalMessage = (record: PrincipalRecord): Principal => ({
  name: principalName(record),
  kind: record.kind,
  displayName: record.displayName,
  roles: [...record.roles],
  permissions: permissionsOf(record.roles),
  state: record.disabledAt ? PrincipalState.DISABLED : PrincipalState.ACTIVE,
  etag: etagOf(record),
  createdAt: record.createdAt,
  updatedAt: record.updatedAt,
  disabledAt: record.disabledAt,
  lastAuthenticatedAt: record.lastAuthenticatedAt,
});
