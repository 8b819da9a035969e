import type { DeploymentSpec } from '@weir/contracts/deployment';
import {
  Clearance,
  Environment,
  Lifecycle,
  TenantState,
  type ComponentVersion,
  type Tenant,
} from '@weir/contracts/registry';
import { invalid, reason, type FieldViolation } from '@weir/errors';

/** Refuses what the tenant may not do. */
export function checkTenant({ name, state, allowedEnvironments }: Tenant, environment: Environment): void {
  if (state === TenantState.SUSPENDED) throw reason('TENANT_SUSPENDED', { tenant: name });
  if (state === TenantState.DELETED) throw reason('TENANT_DELETED', { tenant: name });
  if (!allowedEnvironments.includes(environment)) {
    throw reason('ENVIRONMENT_NOT_ALLOWED', { tenant: name, environment: nameOf(Environment, environment) });
  }
}

/** Refuses versions that no new deployment may use. */
export function checkComponent({ name, lifecycle, clearance }: ComponentVersion, tenant: Tenant): void {
  if (lifecycle === Lifecycle.SUNSET) throw reason('VERSION_SUNSET', { name });
  // The registry shows nothing above the ceiling; a ceiling that was lowered just now is seen here.
  if (clearance > tenant.clearanceCeiling) {
    throw reason('CLEARANCE_EXCEEDED', {
      component: name,
      clearance: nameOf(Clearance, clearance),
      tenant: tenant.name,
    });
  }
}

/** Refuses a specification that does not fit its component; both with every default filled in. */
export function checkFit(spec: DeploymentSpec, component: ComponentVersion, parent: string): void {
  const violations = [
    ...resourceViolations(spec, component),
    ...replicaViolations(spec),
    ...datasetViolations(spec, parent),
  ];
  const own = component.runtime?.kind?.$case === 'container' ? component.runtime.kind.value : undefined;
  const writableRoot = spec.container?.securityContext?.readOnlyRootFilesystem === false;
  if (writableRoot && own && own.securityContext?.readOnlyRootFilesystem !== false) {
    const field = 'spec.container.security_context.read_only_root_filesystem';
    violations.push({ field, description: 'must not be false: the component has no writable root' });
  }
  if (violations.length > 0) throw invalid(violations);
  const isRefused = (asked: boolean | undefined, owned: boolean | undefined) =>
    asked === false && own && owned !== false;
  if (isRefused(spec.container?.encryptionRequired, own?.encryptionRequired)) {
    throw reason('PROTECTION_REQUIRED', { field: 'encryption_required', component: component.name });
  }
  if (isRefused(spec.container?.auditLogging, own?.auditLogging)) {
    throw reason('PROTECTION_REQUIRED', { field: 'audit_logging', component: component.name });
  }
}

function resourceViolations({ container }: DeploymentSpec, { resources: needed }: ComponentVersion): FieldViolation[] {
  const asked = container?.resources;
  if (!asked || !needed) return [];
  const fields = [
    ['cpu_millicores', asked.cpuMillicores, needed.cpuMillicores],
    ['memory_bytes', asked.memoryBytes, needed.memoryBytes],
    ['ephemeral_storage_bytes', asked.ephemeralStorageBytes, needed.ephemeralStorageBytes],
    ['gpu_count', asked.gpuCount, needed.gpuCount],
    ['gpu_memory_bytes', asked.gpuMemoryBytes, needed.gpuMemoryBytes],
  ] as const;
  return fields
    .filter(([, has, needs]) => has < needs)
    .map(([field, , needs]) => ({
      field: `spec.container.resources.${field}`,
      description: `must be at least ${needs}, which the component requires`,
    }));
}

function replicaViolations({ strategy, container }: DeploymentSpec): FieldViolation[] {
  const max = container?.maxReplicas ?? 0;
  const violations: FieldViolation[] = [];
  if ((strategy?.minReadyReplicas ?? 0) > max) {
    violations.push({ field: 'spec.strategy.min_ready_replicas', description: `must be at most max_replicas, ${max}` });
  }
  if ((container?.minReplicas ?? 0) > max) {
    violations.push({ field: 'spec.container.max_replicas', description: 'must be at least min_replicas' });
  }
  return violations;
}

const datasetViolations = ({ strategy }: DeploymentSpec, parent: string): FieldViolation[] =>
  strategy?.smokeDataset && !strategy.smokeDataset.startsWith(`${parent}/`)
    ? [{ field: 'spec.strategy.smoke_dataset', description: `must be a dataset of ${parent}` }]
    : [];

const nameOf = (values: Readonly<Record<string, number>>, value: number): string =>
  Object.entries(values).find(([, other]) => other === value)?.[0] ?? String(value);
