import type { CallContext } from '@weir/context';
import { dataSensitivity } from '@weir/contracts';
import { Permission } from '@weir/contracts/options';
import type { Dataset } from '@weir/contracts/agent';
import type { Obligation } from '@weir/contracts/security';
import { checkObligations } from '../domain/obligations.ts';
import type { AccessDecisions } from './access-decisions.ts';
import { callerOf } from './caller.ts';

/** Whether a caller may store a dataset, and what is owed for it. Throws ACCESS_DENIED or OBLIGATION_UNMET. */
export async function checkWriteAccess(
  decisions: AccessDecisions,
  { name, dataTypes, classification }: Pick<Dataset, 'name' | 'dataTypes' | 'classification'>,
  context: CallContext,
): Promise<readonly Obligation[]> {
  const question = {
    tenant: name.split('/').slice(0, 2).join('/'),
    principal: context.principal?.subject ?? '',
    permission: Permission.WRITE,
    operation: 'upload_dataset',
    resource: name,
    dataTypes,
    classification,
    caller: callerOf(context),
  };
  const { obligations, policyRevision } = await decisions.decide(question, context.signal);
  // An upload is the tenant's own data coming in: what reads it anonymises.
  checkObligations(obligations, ['encrypt', 'retain', 'anonymize']);
  context.audit({ policyRevision: String(policyRevision), sensitivity: dataSensitivity(classification) });
  return obligations;
}
