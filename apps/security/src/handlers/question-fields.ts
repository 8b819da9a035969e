import type { CallContext } from '@weir/context';
import { Clearance } from '@weir/contracts/registry';
import { AccessQuestion } from '@weir/contracts/security';
import { reason } from '@weir/errors';
import { enumValue, resourceId, tenantName, text } from '@weir/rpc';
import { z } from 'zod';
import { parseAddress } from '../domain/access/address.ts';
import { grantable } from './policy-fields.ts';

const ID = '[a-z][a-z0-9-]{1,61}[a-z0-9]';
const PRINCIPAL = new RegExp(`^(?:tenants/${ID}/)?principals/${ID}$`);
const OPERATION = /^[a-z][a-z0-9_.-]{0,126}$/;

const Context = z.object({
  sourceIp: z.string().refine((ip) => ip === '' || parseAddress(ip), 'must be an IPv4 or IPv6 address without a zone'),
  mfa: z.boolean().optional(),
  time: z.date().optional(),
  tokenPermissions: z.array(grantable()),
});

/** A question about access. */
export const questionField = () =>
  z
    .object(
      {
        principal: z.string().regex(PRINCIPAL, 'must be the name of a principal'),
        permission: grantable(),
        operation: z.string().regex(OPERATION, 'must be an operation, like "process_data"'),
        resource: text(1, 512),
        dataTypes: z.array(resourceId()).max(100, 'must have at most 100'),
        classification: z.literal(Clearance.UNSPECIFIED).or(enumValue(Clearance)),
        context: Context.optional(),
        correlationId: text(0, 64),
      },
      'is required',
    )
    .transform((question): AccessQuestion => AccessQuestion.fromPartial(question));

/** Everything that a request with questions of one tenant has in common. */
export function checkTenant(
  {
    tenant,
    questions,
  }: { tenant: string; questions: readonly (readonly [path: (string | number)[], AccessQuestion])[] },
  context: z.RefinementCtx,
): void {
  for (const [path, { principal, resource }] of questions) {
    const isOwn = !principal.startsWith('tenants/') || principal.startsWith(`${tenant}/`);
    if (!isOwn) {
      const message = 'must be of the tenant, or of the platform';
      context.addIssue({ code: 'custom', path: [...path, 'principal'], message });
    }
    if (!resource.startsWith(`${tenant}/`)) {
      const message = `must be within the tenant: "${tenant}/..."`;
      context.addIssue({ code: 'custom', path: [...path, 'resource'], message });
    }
  }
}

/** "tenants/acme" */
export const tenantField = () => tenantName();

/** A caller that neither administers the tenant nor is a service asks about itself only. */
export function requireMayAsk(context: CallContext, questions: readonly AccessQuestion[]): void {
  requireInScope(context, questions);
  const { principal, method } = context;
  if (!principal || principal.kind === 'service' || principal.permissions.has('admin')) return;
  if (questions.every((question) => question.principal === principal.subject)) return;
  throw reason('PERMISSION_MISSING', { method, permission: 'admin', principal: principal.subject });
}

/**
 * What decides is kept in memory, out of reach of row-level security: so that the call may see the tenant at all is
 * checked once more.
 */
export function requireInScope({ principal, scope }: CallContext, questions: readonly AccessQuestion[]): void {
  if (scope.tenant === undefined) return;
  const own = `tenants/${scope.tenant}/`;
  const foreign = questions.find(({ resource }) => !resource.startsWith(own));
  if (!foreign) return;
  const tenant = foreign.resource.split('/').slice(0, 2).join('/');
  throw reason('FOREIGN_TENANT', { principal: principal?.subject ?? '', tenant });
}
