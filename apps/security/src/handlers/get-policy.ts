import type { GetPolicyRequest, GetPolicyResponse } from '@weir/contracts/security';
import { reason } from '@weir/errors';
import { parse, type Unary } from '@weir/rpc';
import { z } from 'zod';
import type { PolicyStore } from '../store/policy-store.ts';
import { policyName } from './policy-fields.ts';

const Request = z.object({ name: policyName(), revision: z.bigint().min(0n, 'must not be negative') });

/** Reads one policy, as it is or as it was at a revision. */
export function getPolicy(policies: PolicyStore): Unary<GetPolicyRequest, GetPolicyResponse> {
  return async (request, { scope }) => {
    const { name, revision } = parse(Request, request);

    const newest = await policies.revision(scope, name.split('/')[1] ?? '');
    if (revision > newest) throw reason('REVISION_COMPACTED', { revision, newest });
    const policy = await policies.find(scope, name, revision === 0n ? undefined : revision);
    if (!policy) throw reason('POLICY_NOT_FOUND', { name });

    return { policy };
  };
}
