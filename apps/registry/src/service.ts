import { ComponentServiceDefinition, TenantServiceDefinition, UsageServiceDefinition } from '@weir/contracts/registry';
import { bind, type Binding } from '@weir/rpc';
import { acquireJobSlot } from './handlers/acquire-job-slot.ts';
import { checkCompatibility } from './handlers/check-compatibility.ts';
import { createTenant } from './handlers/create-tenant.ts';
import { deleteTenant } from './handlers/delete-tenant.ts';
import { discoverComponents } from './handlers/discover-components.ts';
import { getComponent } from './handlers/get-component.ts';
import { getFacets } from './handlers/get-facets.ts';
import { getTenant } from './handlers/get-tenant.ts';
import { getUsage } from './handlers/get-usage.ts';
import { grantAccess } from './handlers/grant-access.ts';
import { listComponentVersions } from './handlers/list-component-versions.ts';
import { listGrants } from './handlers/list-grants.ts';
import { listTenants } from './handlers/list-tenants.ts';
import { listUsage } from './handlers/list-usage.ts';
import { publishComponent } from './handlers/publish-component.ts';
import { recordDeploymentUse } from './handlers/record-deployment-use.ts';
import { releaseJobSlot } from './handlers/release-job-slot.ts';
import { renewJobSlot } from './handlers/renew-job-slot.ts';
import { resolveComponents } from './handlers/resolve-components.ts';
import { resumeTenant } from './handlers/resume-tenant.ts';
import { revokeAccess } from './handlers/revoke-access.ts';
import { setAlias } from './handlers/set-alias.ts';
import { setLifecycle } from './handlers/set-lifecycle.ts';
import { suspendTenant } from './handlers/suspend-tenant.ts';
import { undeleteTenant } from './handlers/undelete-tenant.ts';
import { updateTenant } from './handlers/update-tenant.ts';
import { watchComponents, type Feed } from './handlers/watch-components.ts';
import type { Stores } from './stores.ts';

/** The RPCs of the registry service. */
export const registryBindings = (stores: Stores, feed: Feed): Binding[] => [
  bind(TenantServiceDefinition, {
    createTenant: createTenant(stores.tenants),
    getTenant: getTenant(stores.tenants),
    listTenants: listTenants(stores.tenants),
    updateTenant: updateTenant(stores.tenants),
    suspendTenant: suspendTenant(stores.tenants),
    resumeTenant: resumeTenant(stores.tenants),
    deleteTenant: deleteTenant(stores.tenants),
    undeleteTenant: undeleteTenant(stores.tenants),
  }),
  bind(ComponentServiceDefinition, {
    publishComponent: publishComponent(stores.components),
    getComponent: getComponent(stores.components),
    listComponentVersions: listComponentVersions(stores.components),
    discoverComponents: discoverComponents(stores.components),
    getFacets: getFacets(stores.components),
    resolveComponents: resolveComponents(stores.resolutions),
    setLifecycle: setLifecycle(stores),
    setAlias: setAlias(stores),
    grantAccess: grantAccess(stores),
    revokeAccess: revokeAccess(stores.grants),
    listGrants: listGrants(stores.grants),
    checkCompatibility: checkCompatibility(stores.components),
    watchComponents: watchComponents({ ...stores, feed }),
  }),
  bind(UsageServiceDefinition, {
    acquireJobSlot: acquireJobSlot(stores),
    renewJobSlot: renewJobSlot(stores),
    releaseJobSlot: releaseJobSlot(stores.slots),
    recordDeploymentUse: recordDeploymentUse(stores),
    getUsage: getUsage(stores),
    listUsage: listUsage(stores.usage),
  }),
];
