import type { Scope } from '@weir/context';
import type { Policy, PutPolicyRequest, PutPolicyResponse } from '@weir/contracts/security';
import { reason } from '@weir/errors';
import { parse, type Unary } from '@weir/rpc';
import { z } from 'zod';
import {
  claimsOf,
  encodeContent,
  repeatedClaims,
  withGrantTimes,
  type PolicyContent,
} from '../domain/access/policy-content.ts';
import { requireSafe } from '../domain/privacy/custom-recognizer.ts';
import type { PolicyStore } from '../store/policy-store.ts';
import { policyField } from './policy-fields.ts';

const MAX_POLICIES = 10_000;

const Request = z.object({ policy: policyField(), etag: z.string(), validateOnly: z.boolean() });

/** Creates a policy, or replaces it as a whole, as the next revision of the tenant's policies. */
export function putPolicy(policies: PolicyStore): Unary<PutPolicyRequest, PutPolicyResponse> {
  return async (request, context) => {
    const { policy, etag, validateOnly } = parse(Request, request);
    const { name } = policy;
    const tenant = tenantOf(name);
    requireSafe(policy.anonymization?.customRecognizers ?? []);

    const revision = await policies.lock(context.scope, tenant);
    const before = await policies.find(context.scope, name);
    if (etag !== '' && etag !== before?.etag) throw reason('ETAG_MISMATCH', { name, etag });
    const claims = claimsOf(policy);
    await requireUnclaimed(policies, context.scope, name, claims);
    if (!before && (await policies.count(context.scope, tenant)) >= MAX_POLICIES) throw tooMany(tenant);
    const now = new Date();
    const content = withGrantTimes(policy, before, now);
    const by = context.principal?.subject ?? '';
    context.audit({
      resource: name,
      details: { validate_only: validateOnly, controls: content.accessControls.length },
    });
    if (before && isSame(content, before)) return { policy: before };
    if (validateOnly) return { policy: preview(content, before, revision + 1n, by, now) };

    const put = await policies.put(context.scope, content, by, now);
    await policies.claim(context.scope, name, claims);

    context.audit({ policyRevision: String(put.revision) });
    return { policy: put };
  };
}

const tenantOf = (name: string): string => name.split('/')[1] ?? '';

async function requireUnclaimed(
  policies: PolicyStore,
  scope: Scope,
  name: string,
  claims: readonly string[],
): Promise<void> {
  const twice = [...repeatedClaims(claims), ...(await policies.conflicts(scope, name, claims))];
  if (twice.length > 0) throw reason('RULE_CONFLICT', { claims: twice.slice(0, 10).join(', ') });
}

const isSame = (content: PolicyContent, before: Policy): boolean =>
  encodeContent(content).equals(encodeContent(before));

const preview = (
  content: PolicyContent,
  before: Policy | undefined,
  revision: bigint,
  by: string,
  now: Date,
): Policy => ({
  ...content,
  revision,
  etag: `r${revision}`,
  createdAt: before?.createdAt ?? now,
  updatedAt: now,
  updatedBy: by,
});

const tooMany = (tenant: string) =>
  reason(
    'POLICY_LIMIT',
    { tenant: `tenants/${tenant}`, limit: MAX_POLICIES },
    { quota: [{ subject: `tenants/${tenant}`, description: `${MAX_POLICIES} policies` }] },
  );
