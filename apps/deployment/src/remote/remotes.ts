import { createClient, type Channel } from '@weir/client';
import { DatasetServiceDefinition } from '@weir/contracts/agent';
import { ComponentServiceDefinition, TenantServiceDefinition, UsageServiceDefinition } from '@weir/contracts/registry';
import { remoteDatasets } from './datasets.ts';
import { remoteRegistry } from './registry.ts';

/** What this service asks others, over channels to them. */
export const remotes = (registry: Channel, agent: Channel) => ({
  registry: remoteRegistry(
    createClient(TenantServiceDefinition, registry),
    createClient(ComponentServiceDefinition, registry),
  ),
  usage: createClient(UsageServiceDefinition, registry),
  datasets: remoteDatasets(createClient(DatasetServiceDefinition, agent)),
});
