import type { DeletePolicyRequest, DeletePolicyResponse } from '@weir/contracts/security';
import { reason } from '@weir/errors';
import { parse, type Unary } from '@weir/rpc';
import { z } from 'zod';
import type { PolicyStore } from '../store/policy-store.ts';
import { policyName } from './policy-fields.ts';

const Request = z.object({ name: policyName(), etag: z.string() });

/** Deletes a policy, as the next revision of the tenant's policies. */
export function deletePolicy(policies: PolicyStore): Unary<DeletePolicyRequest, DeletePolicyResponse> {
  return async (request, context) => {
    const { name, etag } = parse(Request, request);

    await policies.lock(context.scope, name.split('/')[1] ?? '');
    const policy = await policies.find(context.scope, name);
    if (!policy) throw reason('POLICY_NOT_FOUND', { name });
    if (etag !== '' && etag !== policy.etag) throw reason('ETAG_MISMATCH', { name, etag });
    const policyRevision = await policies.remove(context.scope, name);
    await policies.claim(context.scope, name, []);

    context.audit({ policyRevision: String(policyRevision) });
    return { policyRevision };
  };
}
