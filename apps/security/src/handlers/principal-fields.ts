import { PrincipalKind, Role } from '@weir/contracts/security';
import { enumValue } from '@weir/rpc';
import { z } from 'zod';
import { tenantIn, type PrincipalKey } from '../domain/principal.ts';
import { canonicalRoles } from '../domain/roles.ts';

const ID = '[a-z][a-z0-9-]{1,61}[a-z0-9]';
const PRINCIPAL = new RegExp(`^(?:tenants/(${ID})/)?principals/(${ID})$`);
const SECRET = new RegExp(`^(?:tenants/(${ID})/)?principals/(${ID})/secrets/([a-z0-9]{1,64})$`);
const PARENT = new RegExp(`^(?:tenants/${ID})?$`);

/** "tenants/acme" or "" for the platform: the id, or "". */
export const parentTenant = () =>
  z.string().regex(PARENT, 'must be "tenants/<id>", or empty for the platform').transform(tenantIn);

/** The name of a principal: its key. */
export const principalField = () =>
  z
    .string()
    .regex(PRINCIPAL, 'must be "tenants/<id>/principals/<id>" or "principals/<id>"')
    .transform((name): PrincipalKey => {
      const [, tenant = '', id = ''] = PRINCIPAL.exec(name) ?? [];
      return { tenant, id };
    });

/** The name of a client secret: the key of its principal, and its id. */
export const secretField = () =>
  z
    .string()
    .regex(SECRET, 'must be "<name of the principal>/secrets/<id>"')
    .transform((name) => {
      const [, tenant = '', principal = '', id = ''] = SECRET.exec(name) ?? [];
      return { principal: { tenant, id: principal }, id };
    });

/** A person or a program. */
export const kindField = () => enumValue(PrincipalKind);

/** At least one role; each once, ascending. */
export const rolesField = () => z.array(enumValue(Role)).min(1, 'needs at least one role').transform(canonicalRoles);
