import {
  Clearance,
  CompatibilityMode,
  ComponentServiceDefinition,
  DataFormat,
  Environment,
  JobOutcome,
  Lifecycle,
  TenantServiceDefinition,
  Tier,
  UsageServiceDefinition,
} from '@weir/contracts/registry';
import { first, SPARE, TENANT, type People } from './people.ts';

/** A component of the tenant. */
export const COMPONENT = 'components/every-copy';

const version = (component: string, number: string) => ({
  name: `components/${component}/versions/${number}`,
  displayName: 'Copy',
  description: 'Reads, and writes what it read.',
  capabilities: ['copying'],
  dataFormats: [DataFormat.NDJSON],
  clearance: Clearance.INTERNAL,
  resources: { cpuMillicores: 500, memoryBytes: 256n * 1024n * 1024n },
  runtime: {
    kind: {
      $case: 'pipeline' as const,
      value: {
        steps: [
          { id: 'rows', config: { $case: 'read' as const, value: {} } },
          { id: 'result', config: { $case: 'write' as const, value: { format: DataFormat.NDJSON } } },
        ],
      },
    },
  },
});

const settings = {
  displayName: 'Every method',
  tier: Tier.ENTERPRISE,
  allowedEnvironments: [Environment.DEVELOPMENT, Environment.PRODUCTION],
  clearanceCeiling: Clearance.CONFIDENTIAL,
};

/** Makes the tenants, and calls every method of TenantService. */
export async function tenantLife({ admin }: Pick<People, 'admin'>): Promise<void> {
  const tenants = admin.client(TenantServiceDefinition);
  for (const name of [TENANT, SPARE]) {
    await tenants.createTenant({ tenantId: name.slice('tenants/'.length), tenant: settings });
  }
  await tenants.getTenant({ name: TENANT });
  await tenants.listTenants({});
  await tenants.updateTenant({ tenant: { name: SPARE, displayName: 'Spare' }, updateMask: ['display_name'] });
  await tenants.suspendTenant({ name: SPARE, reason: 'unpaid' });
  await tenants.resumeTenant({ name: SPARE });
  await tenants.deleteTenant({ name: SPARE });
  await tenants.undeleteTenant({ name: SPARE });
}

/** Publishes components, grants them, and calls every method of ComponentService. */
export async function componentLife({ admin, owner }: People): Promise<void> {
  const components = admin.client(ComponentServiceDefinition);
  for (const number of ['1.0.0', '1.1.0'])
    await components.publishComponent({ component: version('every-copy', number) });
  await components.publishComponent({ component: version('every-spare', '1.0.0') });
  await components.grantAccess({ grant: { tenant: TENANT, component: COMPONENT, range: '^1.0.0' } });
  const spare = { tenant: TENANT, component: 'components/every-spare', range: '^1.0.0' };
  const { grant } = await components.grantAccess({ grant: spare });
  await components.revokeAccess({ name: grant?.name ?? '', reason: 'not needed' });
  await components.setAlias({ name: `${COMPONENT}/aliases/stable`, version: `${COMPONENT}/versions/1.0.0` });
  await components.setLifecycle({
    name: 'components/every-spare/versions/1.0.0',
    lifecycle: Lifecycle.DEPRECATED,
    reason: 'nobody uses it',
  });

  const own = owner.client(ComponentServiceDefinition);
  await own.getComponent({ tenant: TENANT, name: `${COMPONENT}/versions/1.0.0` });
  await own.listComponentVersions({ tenant: TENANT, parent: COMPONENT });
  await own.discoverComponents({ tenant: TENANT });
  await own.getFacets({ tenant: TENANT });
  const selector = { $case: 'range' as const, value: '^1.0.0' };
  await own.resolveComponents({ tenant: TENANT, requirements: [{ component: COMPONENT, selector }] });
  await own.checkCompatibility({
    tenant: TENANT,
    candidate: { $case: 'version', value: `${COMPONENT}/versions/1.1.0` },
    mode: CompatibilityMode.BACKWARD,
  });
  await own.listGrants({ tenant: TENANT });
  await first(own.watchComponents({ tenant: TENANT }));
}

/** Takes a job slot and gives it back: every method of UsageService. */
export async function usageLife({ owner, agent, deployment }: People): Promise<void> {
  const slots = agent.client(UsageServiceDefinition);
  const ttl = { seconds: 30n, nanos: 0 };
  const component = `${COMPONENT}/versions/1.0.0`;
  const { slot } = await slots.acquireJobSlot({ tenant: TENANT, job: `${TENANT}/jobs/by-hand`, component, ttl });
  const held = { name: slot?.name ?? '', fencingToken: slot?.fencingToken ?? 0n };
  await slots.renewJobSlot({ ...held, ttl });
  await slots.releaseJobSlot({ ...held, outcome: JobOutcome.COMPLETED, usage: {} });
  await deployment.client(UsageServiceDefinition).recordDeploymentUse({
    deployment: `${TENANT}/deployments/by-hand`,
    environment: Environment.DEVELOPMENT,
    components: [component],
    generation: 1n,
  });
  await owner.client(UsageServiceDefinition).getUsage({ tenant: TENANT });
  await owner.client(UsageServiceDefinition).listUsage({ tenant: TENANT });
}
