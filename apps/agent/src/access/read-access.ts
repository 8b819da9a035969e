import type { CallContext } from '@weir/context';
import { dataSensitivity } from '@weir/contracts';
import { Permission } from '@weir/contracts/options';
import type { Obligation } from '@weir/contracts/security';
import { checkObligations } from '../domain/obligations.ts';
import type { StoredDataset } from '../domain/dataset.ts';
import type { AccessDecisions } from './access-decisions.ts';
import { callerOf } from './caller.ts';

/** Whether a caller may see the rows of a dataset, and what is owed for it. Throws ACCESS_DENIED or OBLIGATION_UNMET. */
export async function checkReadAccess(
  decisions: AccessDecisions,
  operation: string,
  { dataset }: StoredDataset,
  context: CallContext,
): Promise<readonly Obligation[]> {
  const { name, dataTypes, classification } = dataset;
  const question = {
    tenant: name.split('/').slice(0, 2).join('/'),
    principal: context.principal?.subject ?? '',
    permission: Permission.READ,
    operation,
    resource: name,
    dataTypes,
    classification,
    caller: callerOf(context),
  };
  const { obligations, policyRevision } = await decisions.decide(question, context.signal);
  // Nothing is stored by reading, so there is nothing to encrypt or to remove.
  checkObligations(obligations, ['encrypt', 'retain', 'anonymize']);
  context.audit({ policyRevision: String(policyRevision), sensitivity: dataSensitivity(classification) });
  return obligations;
}
