import {
  Environment,
  Lifecycle,
  type RecordDeploymentUseRequest,
  type RecordDeploymentUseResponse,
} from '@weir/contracts/registry';
import type { Scope } from '@weir/context';
import { reason } from '@weir/errors';
import { childName, enumValue, parse, type Unary } from '@weir/rpc';
import { z } from 'zod';
import { list, sortedSet } from '../domain/manifest/rules.ts';
import { idOf, tenantNameOf } from '../domain/names.ts';
import type { DeploymentRecord, DeploymentStore } from '../store/deployment-store.ts';
import type { TenantStore } from '../store/tenant-store.ts';
import { componentNotFound, versionRef } from './component-fields.ts';

const Request = z.object({
  deployment: childName('deployments'),
  environment: enumValue(Environment),
  components: list(versionRef(), 0, 64).transform(sortedSet),
  generation: z.bigint().min(1n, 'must be at least 1'),
});

/** What recording needs. */
export interface DeploymentStores {
  readonly tenants: TenantStore;
  readonly deployments: DeploymentStore;
}

/** RecordDeploymentUse: word of an older generation changes nothing. */
export function recordDeploymentUse(
  stores: DeploymentStores,
): Unary<RecordDeploymentUseRequest, RecordDeploymentUseResponse> {
  return async (request, context) => {
    const { deployment: name, environment, components, generation } = parse(Request, request);
    const { scope, principal } = context;
    const [, tenant = ''] = name.split('/');
    const recordedBy = principal?.subject ?? '';
    context.audit({ resource: name, details: { generation: String(generation), components: components.join(' ') } });

    const current = await stores.deployments.hold(scope, tenant, idOf(name));
    if (current && current.recordedBy !== recordedBy) throw reason('DEPLOYMENT_TAKEN', { deployment: name });
    if (current && generation <= current.generation) return { use: useMessage(current) };
    const added = components.filter((component) => !current?.components.includes(component));
    if (added.length > 0 || !current) await refuseNew(stores, scope, tenant, added);
    const record = { tenant, id: idOf(name), environment, components, generation, recordedBy };

    return { use: useMessage(await stores.deployments.put(scope, record)) };
  };
}

/** The tenant must exist. What is in use may stay so; what is new must be visible, not on its way out, and of a tenant that is active. */
async function refuseNew(
  { tenants, deployments }: DeploymentStores,
  scope: Scope,
  id: string,
  added: readonly string[],
): Promise<void> {
  const name = tenantNameOf(id);
  const tenant = await tenants.find(scope, id);
  if (!tenant) throw reason('TENANT_NOT_FOUND', { tenant: name });
  if (added.length === 0) return;
  if (tenant.deletedAt) throw reason('TENANT_DELETED', { tenant: name });
  if (tenant.suspendedAt) throw reason('TENANT_SUSPENDED', { tenant: name });
  const lifecycles = await deployments.lifecyclesOf(scope, added);
  for (const version of added) {
    const lifecycle = lifecycles.get(version);
    if (lifecycle === undefined) throw componentNotFound(version);
    if (lifecycle >= Lifecycle.SUNSET) throw reason('VERSION_SUNSET', { name: version });
  }
}

const useMessage = ({ tenant, id, environment, components, generation, recordedAt }: DeploymentRecord) => ({
  deployment: `${tenantNameOf(tenant)}/deployments/${id}`,
  environment,
  components: [...components],
  generation,
  recordedAt,
});
