import { Permission } from '@weir/contracts/options';
import { Clearance } from '@weir/contracts/registry';
import { AccessEffect, DayOfWeek, MfaCondition, Policy, Role } from '@weir/contracts/security';
import { enumValue, resourceId, text } from '@weir/rpc';
import { z } from 'zod';
import { parseRange } from '../domain/access/address.ts';
import type { PolicyContent } from '../domain/access/policy-content.ts';
import { isTimeZone } from '../domain/access/time-window.ts';
import { anonymizationPolicyField } from './anonymization-fields.ts';

const ID = '[a-z][a-z0-9-]{1,61}[a-z0-9]';
const POLICY = new RegExp(`^tenants/${ID}/policies/${ID}$`);
const PRINCIPAL = new RegExp(`^(?:\\*|(?:tenants/(${ID})/)?principals/${ID})$`);
const OPERATION = /^(?:\*|[a-z][a-z0-9_.-]{0,126}\*?)$/;
const DATA_TYPE = new RegExp(`^(?:\\*|[a-z][a-z0-9-]{0,62}\\*|${ID})$`);

const GRANTABLE: ReadonlySet<Permission> = new Set([
  Permission.READ,
  Permission.WRITE,
  Permission.DELETE,
  Permission.ADMIN,
  Permission.PIPELINE,
  Permission.MODEL,
  Permission.QUERY,
]);

/** READ, WRITE, DELETE, ADMIN, PIPELINE, MODEL or QUERY. */
export const grantable = () =>
  z.custom<Permission>(
    (value) => GRANTABLE.has(value as Permission),
    'must be one of READ, WRITE, DELETE, ADMIN, PIPELINE, MODEL, QUERY',
  );

const upTo = (limit: number) => `must have at most ${limit}`;

/** "tenants/acme/policies/x" */
export const policyName = () => z.string().regex(POLICY, 'must be "tenants/<id>/policies/<id>"');

/** A pattern of operations. */
export const operationPattern = () =>
  z.string().regex(OPERATION, 'must be an operation, or the beginning of one followed by "*"');

const Window = z.object({
  timeZone: z.string().refine(isTimeZone, 'must be the IANA name of a time zone'),
  days: z.array(enumValue(DayOfWeek)).max(7, upTo(7)),
  startMinute: z.int().min(0, 'must be 0 to 1439').max(1439, 'must be 0 to 1439'),
  endMinute: z.int().min(1, 'must be 1 to 1440').max(1440, 'must be 1 to 1440'),
});

const Conditions = z.object({
  sourceCidrs: z
    .array(
      z.string().refine((cidr) => parseRange(cidr), 'must be an IPv4 or IPv6 range with no bits beyond its prefix'),
    )
    .max(100, upTo(100)),
  timeWindows: z.array(Window).max(20, upTo(20)),
  mfa: z.literal(MfaCondition.UNSPECIFIED).or(enumValue(MfaCondition)),
});

const Control = z
  .object({
    id: resourceId(),
    effect: enumValue(AccessEffect),
    principals: z.array(z.string().regex(PRINCIPAL, 'must be the name of a principal, or "*"')).max(1_000, upTo(1_000)),
    roles: z.array(enumValue(Role)),
    permissions: z.array(grantable()).min(1, 'needs at least one'),
    operations: z.array(operationPattern()).min(1, 'needs at least one').max(100, upTo(100)),
    resources: z.array(text(1, 512)).min(1, 'needs at least one').max(1_000, upTo(1_000)),
    dataTypes: z.array(resourceId()).max(100, upTo(100)),
    classifications: z.array(enumValue(Clearance)),
    conditions: Conditions.optional(),
    expiresAt: z.date().optional(),
    reason: text(0, 500),
  })
  .refine(({ principals, roles }) => principals.length + roles.length > 0, {
    path: ['principals'],
    message: 'needs at least one principal or role',
  });

const Retention = z.object({
  classification: enumValue(Clearance),
  days: z.int().min(1, 'must be 1 to 36,500').max(36_500, 'must be 1 to 36,500'),
});

/** A policy as it shall be, without what the service adds. */
export const policyField = () =>
  z
    .object(
      {
        name: policyName(),
        displayName: text(1, 120),
        accessControls: z.array(Control).max(1_000, upTo(1_000)),
        operationClassifications: z
          .record(operationPattern(), enumValue(Clearance))
          .refine((map) => Object.keys(map).length <= 1_000, upTo(1_000)),
        encryptedDataTypes: z
          .array(z.string().regex(DATA_TYPE, 'must be a type of data, the beginning of one followed by "*", or "*"'))
          .max(1_000, upTo(1_000)),
        auditRetentions: z.array(Retention),
        anonymization: anonymizationPolicyField().optional(),
      },
      'is required',
    )
    .superRefine(checkNames)
    .transform((policy): PolicyContent => Policy.fromPartial(policy));

/** What goes beyond one field: ids that come twice, and names of other tenants. */
function checkNames(policy: Names, context: z.RefinementCtx): void {
  const prefix = policy.name.replace(/policies\/.*$/, '');
  const complain = (path: (string | number)[], message: string): void =>
    context.addIssue({ code: 'custom', path, message });
  const seen = new Set<string>();
  policy.accessControls.forEach(({ id, principals, resources }, index) => {
    if (seen.has(id)) complain(['accessControls', index, 'id'], 'is used twice in the policy');
    seen.add(id);
    principals.forEach((name, at) => {
      const isOwn = !name.startsWith('tenants/') || name.startsWith(prefix);
      if (!isOwn) complain(['accessControls', index, 'principals', at], 'must be of the tenant or of the platform');
    });
    resources.forEach((pattern, at) => {
      const isOwn = pattern === '*' || pattern.startsWith(prefix);
      if (!isOwn) complain(['accessControls', index, 'resources', at], `must be "*" or begin with "${prefix}"`);
    });
  });
  const classes = policy.auditRetentions.map(({ classification }) => classification);
  if (new Set(classes).size < classes.length) complain(['auditRetentions'], 'must have at most one per classification');
}

interface Names {
  readonly name: string;
  readonly accessControls: readonly { id: string; principals: readonly string[]; resources: readonly string[] }[];
  readonly auditRetentions: readonly { classification: Clearance }[];
}
