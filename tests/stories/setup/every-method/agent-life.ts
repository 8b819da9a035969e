import { setTimeout as wait } from 'node:timers/promises';
import {
  AgentServiceDefinition,
  DatasetServiceDefinition,
  FeatureStoreServiceDefinition,
  StreamingServiceDefinition,
  WarehouseServiceDefinition,
  type UploadDatasetRequest,
} from '@weir/contracts/agent';
import type { DeepPartial } from '@weir/contracts';
import { Clearance, DataFormat } from '@weir/contracts/registry';
import { all, first, present, TENANT, type People } from './people.ts';
import { COMPONENT } from './registry-life.ts';

const ROWS = Buffer.from('{"id":1,"name":"one"}\n{"id":2,"name":"two"}\n');
/** A dataset of the tenant. */
export const DATASET = `${TENANT}/datasets/every-input`;

async function* upload(datasetId: string): AsyncGenerator<DeepPartial<UploadDatasetRequest>> {
  const target = { datasetId, format: DataFormat.NDJSON, classification: Clearance.INTERNAL };
  yield { parent: TENANT, payload: { $case: 'metadata', value: { target } } };
  yield { payload: { $case: 'chunk', value: ROWS } };
}

/** Every method of DatasetService. */
export async function datasetLife({ owner }: People): Promise<void> {
  const datasets = owner.client(DatasetServiceDefinition);
  await datasets.uploadDataset(upload('every-input'));
  await datasets.uploadDataset(upload('every-spare'));
  await datasets.describeDataset({ name: DATASET });
  await datasets.listDatasets({ parent: TENANT });
  await datasets.previewDataset({ name: DATASET });
  await all(datasets.downloadDataset({ name: DATASET }));
  await datasets.deleteDataset({ name: `${TENANT}/datasets/every-spare` });
}

/** Every method of WarehouseService. */
export async function warehouseLife({ owner }: People): Promise<void> {
  const warehouse = owner.client(WarehouseServiceDefinition);
  const query = { sql: 'SELECT count(*) AS n FROM "every-input"' };
  await warehouse.executeQuery({ tenant: TENANT, query });
  const target = { datasetId: 'every-saved', format: DataFormat.NDJSON, classification: Clearance.INTERNAL };
  await warehouse.saveDataset({ parent: TENANT, target, source: { $case: 'query', value: query } });
}

const runInto = (datasetId: string) => ({
  component: { component: COMPONENT, selector: { $case: 'range' as const, value: '1.0.0' } },
  dataset: DATASET,
  output: { datasetId, overwrite: true },
});

/** Every method of AgentService. */
export async function runLife({ owner }: People): Promise<void> {
  const runs = owner.client(AgentServiceDefinition);
  await runs.processData({ tenant: TENANT, run: runInto('every-run') });
  const items = [{ itemId: 'one', run: runInto('every-batch') }];
  await all(runs.processBatch({ tenant: TENANT, batch: { items } }));
  const work = { $case: 'run' as const, value: runInto('every-job') };
  const { job } = await runs.submitJob({ parent: TENANT, work });
  const name = present(job, 'job').name;
  await first(runs.watchJob({ name }));
  await runs.getJob({ name });
  await runs.listJobs({ parent: TENANT });
  const many = Array.from({ length: 30 }, (_, at) => ({ itemId: `i${at}`, run: runInto(`every-many-${at}`) }));
  const cancelled = await runs.submitJob({
    parent: TENANT,
    work: { $case: 'batch', value: { items: many, concurrency: 1 } },
  });
  await runs.cancelJob({ name: present(cancelled.job, 'job').name, reason: 'not needed' });

  const { agents } = await runs.listAgents({ parent: TENANT });
  const agent = present(agents[0], 'agent').name;
  await runs.getAgentHealth({ name: agent });
  await runs.getAgentMetrics({ name: agent });
}

/** Every method of StreamingService. */
export async function streamingLife({ owner }: People): Promise<void> {
  const topic = `${TENANT}/topics/every-topic`;
  const streaming = owner.client(StreamingServiceDefinition);
  await streaming.publishEvent({ parent: topic, event: { payload: Buffer.from('x') } });
  const start = { consumer: 'story', position: { $case: 'offset' as const, value: 0n }, stopAtNewest: true };
  async function* consume() {
    yield { parent: topic, message: { $case: 'start' as const, value: start } };
    await wait(500);
  }
  await all(streaming.consumeEvents(consume()));
  await streaming.getTopicMetrics({ name: topic });
}

/** Every method of FeatureStoreService. */
export async function featureLife({ owner }: People): Promise<void> {
  const name = `${TENANT}/feature-groups/every-group`;
  const store = owner.client(FeatureStoreServiceDefinition);
  const features = { score: { value: { $case: 'doubleValue' as const, value: 0.5 } } };
  await store.storeFeatures({ name, entities: [{ entityId: 'e-1', features, eventTime: new Date() }] });
  await store.getFeatures({ name, entityIds: ['e-1'], featureNames: ['score'] });
  await store.computeFeatureStats({ name, featureNames: ['score'] });
}
