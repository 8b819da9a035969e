import type { Grant } from '@weir/contracts/registry';
import { etagOf } from './etag.ts';
import { componentNameOf, tenantNameOf } from './names.ts';
import { disjoint, spansOf, type LeasedSpan } from './version-spans.ts';

/** A grant as it is stored. */
export interface GrantRecord {
  readonly tenant: string;
  readonly id: string;
  readonly component: string;
  readonly range: string;
  readonly expiresAt: Date | undefined;
  readonly grantedAt: Date;
  readonly grantedBy: string;
  readonly revokedAt: Date | undefined;
  readonly revision: bigint;
}

/** What several grants of one component to one tenant give together. */
export const spansGranted = (grants: readonly Pick<GrantRecord, 'range' | 'expiresAt'>[]): LeasedSpan[] =>
  disjoint(grants.flatMap(({ range, expiresAt }) => spansOf(range).map((span) => ({ ...span, until: expiresAt }))));

/** "tenants/acme/grants/..." */
export const grantNameOf = ({ tenant, id }: Pick<GrantRecord, 'tenant' | 'id'>): string =>
  `${tenantNameOf(tenant)}/grants/${id}`;

/** A grant as callers see it; who granted it is not for tenants. */
export const grantMessage = (grant: GrantRecord, viewer?: string): Grant => ({
  name: grantNameOf(grant),
  tenant: tenantNameOf(grant.tenant),
  component: componentNameOf(grant.component),
  range: grant.range,
  expiresAt: grant.expiresAt,
  grantedAt: grant.grantedAt,
  grantedBy: viewer === undefined ? grant.grantedBy : '',
  revokedAt: grant.revokedAt,
  etag: etagOf(grant.revision),
});
