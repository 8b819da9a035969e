import type { Client } from '@weir/client';
import type { DataLocation, DatasetServiceDefinition } from '@weir/contracts/agent';

/** What this service asks the agent about datasets. */
export interface Datasets {
  /** Throws DATASET_NOT_FOUND. */
  require(name: string): Promise<void>;
  /** Where its bytes are, for a worker; good for an hour. */
  locate(name: string): Promise<DataLocation>;
}

/** Asks the agent service. */
export const remoteDatasets = (client: Pick<Client<typeof DatasetServiceDefinition>, 'describeDataset'>): Datasets => ({
  async require(name) {
    await client.describeDataset({ name });
  },
  async locate(name) {
    const { location } = await client.describeDataset({ name, includeLocation: true }, { timeoutMs: 10_000 });
    if (!location) throw new Error(`the agent did not say where ${name} is`);
    return location;
  },
});
