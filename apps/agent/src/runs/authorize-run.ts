import { RunPhase } from '@weir/contracts/agent';
import { Permission } from '@weir/contracts/options';
import { checkObligations } from '../domain/obligations.ts';
import type { AccessGrant } from '../access/access-decisions.ts';
import type { ResolvedRun } from './resolve-run.ts';
import type { RunInProgress } from './run-parts.ts';

/**
 * Asks security whether the principal may run this on each dataset that is read. It comes after the version and the
 * data are known, for the question names both. Throws ACCESS_DENIED, and OBLIGATION_UNMET for what nobody here can do.
 */
export const authorizeRun = (run: RunInProgress, resolved: ResolvedRun): Promise<AccessGrant> =>
  run.time.phase(RunPhase.AUTHORIZE, async () => {
    const { parts, order, signal } = run;
    const grants: AccessGrant[] = [];
    for (const { stored } of resolved.inputs) {
      const { name, dataTypes, classification } = stored.dataset;
      const question = {
        tenant: `tenants/${order.tenant}`,
        principal: order.askedBy,
        permission: Permission.PIPELINE,
        operation: `process_data.${resolved.plan.processingType}`,
        resource: name,
        dataTypes,
        classification,
        caller: order.caller,
      };
      grants.push(await parts.decisions.decide(question, signal));
    }
    const obligations = grants.flatMap((grant) => grant.obligations);
    // Anonymising is the worker's part; it refuses what it cannot do.
    checkObligations(obligations, ['anonymize', 'retain']);
    const [first] = grants;
    const grant = { decisionId: first?.decisionId ?? '', policyRevision: first?.policyRevision ?? 0n, obligations };
    run.hooks.onFacts?.({ policyRevision: String(grant.policyRevision) });
    return grant;
  });
