import type { Client } from '@weir/client';
import { DecisionReason, Verdict, type AccessServiceDefinition, type Decision } from '@weir/contracts/security';
import { reason } from '@weir/errors';
import type { Dependency } from '../dependencies/dependency.ts';
import type { AccessDecisions, AccessGrant, DataQuestion } from './access-decisions.ts';

/** Decisions of the security service. When it does not answer nothing is decided, and nothing is done. */
export function securityDecisions(
  client: Client<typeof AccessServiceDefinition>,
  security: Dependency,
): AccessDecisions {
  return {
    async decide(asked, signal) {
      const { tenant, caller, ...question } = asked;
      const context = caller && { sourceIp: caller.sourceIp, tokenPermissions: [...caller.tokenPermissions] };
      const request = { tenant, question: { ...question, dataTypes: [...question.dataTypes], context } };
      const { decision } = await security.run((inner) => client.checkAccess(request, { signal: inner }), signal);
      if (!decision) throw refused(asked, 'security gave no decision');
      return grantOf(asked, decision);
    },
  };
}

function grantOf(asked: DataQuestion, decision: Decision): AccessGrant {
  const { id, verdict, policyRevision, obligations, message } = decision;
  if (verdict === Verdict.ALLOW) return { decisionId: id, policyRevision, obligations };
  if (hasNoPolicy(decision)) return NO_POLICY;
  throw refused(asked, message);
}

// A tenant that never had a policy is governed by roles alone. What security says of the principal itself still counts.
const hasNoPolicy = (decision: Decision): boolean =>
  decision.policyRevision === 0n && decision.reason === DecisionReason.NO_MATCH;

const NO_POLICY: AccessGrant = { decisionId: '', policyRevision: 0n, obligations: [] };

const refused = ({ principal, operation, resource }: DataQuestion, problem: string) =>
  reason('ACCESS_DENIED', { principal, operation, resource, problem });
