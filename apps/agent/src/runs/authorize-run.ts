import { dataSensitivity } from '@weir/contracts';
import { RunPhase, type Dataset } from '@weir/contracts/agent';
import { Permission } from '@weir/contracts/options';
import { datasetName } from '../domain/dataset.ts';
import { checkObligations } from '../domain/obligations.ts';
import type { AccessGrant } from '../access/access-decisions.ts';
import { classify } from '../domain/run-data.ts';
import { datasetsOf } from './prepared-run.ts';
import type { RunOrder } from './run-order.ts';
import type { ResolvedRun } from './resolve-run.ts';
import type { RunInProgress } from './run-parts.ts';

/**
 * Asks security whether the principal may run this on each dataset that is read, and write what it says. It comes after the version and the
 * data are known, for the question names both. Throws ACCESS_DENIED, and OBLIGATION_UNMET for what nobody here can do.
 */
export const authorizeRun = (run: RunInProgress, resolved: ResolvedRun): Promise<AccessGrant> =>
  run.time.phase(RunPhase.AUTHORIZE, async () => {
    const { parts, order, signal } = run;
    const grants: AccessGrant[] = [];
    const subjects = subjectsOf(order, resolved);
    for (const { name, dataTypes, classification } of subjects) {
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
    // Anonymising is the worker's part, through the security service; it writes nothing that it could not anonymise.
    checkObligations(obligations, ['anonymize', 'encrypt', 'retain']);
    const [first] = grants;
    const grant = { decisionId: first?.decisionId ?? '', policyRevision: first?.policyRevision ?? 0n, obligations };
    // Audit keeps events about data by their sensitivity, as long as the decision says.
    const sensitivity = Math.max(...subjects.map(({ classification }) => dataSensitivity(classification)));
    run.hooks.onFacts?.({ policyRevision: String(grant.policyRevision), sensitivity });
    return grant;
  });

type Subject = Pick<Dataset, 'name' | 'dataTypes' | 'classification'>;

/** What the run reads, and what it writes where that is said to hold types of data that nothing it reads has. */
function subjectsOf({ tenant }: RunOrder, { plan, inputs }: ResolvedRun): Subject[] {
  const sources = datasetsOf(inputs);
  const known = new Set(sources.flatMap(({ dataTypes }) => dataTypes));
  const written = plan.outputs.flatMap(({ target }): Subject[] => {
    if (target.dataTypes.every((type) => known.has(type))) return [];
    const name = datasetName(tenant, target.datasetId);
    return [{ name, dataTypes: target.dataTypes, classification: classify(target, sources, plan.anonymizes) }];
  });
  return [...sources, ...written];
}
