import {
  AgentServiceDefinition,
  DatasetServiceDefinition,
  FeatureStoreServiceDefinition,
  StreamingServiceDefinition,
  WarehouseServiceDefinition,
} from '@weir/contracts/agent';
import { bind, type Binding } from '@weir/rpc';
import type { AgentParts } from './agent-parts.ts';
import { cancelJob } from './handlers/cancel-job.ts';
import { deleteDataset } from './handlers/delete-dataset.ts';
import { describeDataset } from './handlers/describe-dataset.ts';
import { downloadDataset } from './handlers/download-dataset.ts';
import { getAgentHealth } from './handlers/get-agent-health.ts';
import { getAgentMetrics } from './handlers/get-agent-metrics.ts';
import { getJob } from './handlers/get-job.ts';
import { listAgents } from './handlers/list-agents.ts';
import { listDatasets } from './handlers/list-datasets.ts';
import { listJobs } from './handlers/list-jobs.ts';
import { previewDataset } from './handlers/preview-dataset.ts';
import { processBatch } from './handlers/process-batch.ts';
import { processData } from './handlers/process-data.ts';
import { submitJob } from './handlers/submit-job.ts';
import { uploadDataset } from './handlers/upload-dataset.ts';
import { watchJob } from './handlers/watch-job.ts';

/** The RPCs of the agent service. */
export const agentBindings = (parts: AgentParts): Binding[] => [
  bind(DatasetServiceDefinition, {
    uploadDataset: uploadDataset(parts),
    describeDataset: describeDataset(parts),
    listDatasets: listDatasets(parts.datasets),
    previewDataset: previewDataset(parts),
    downloadDataset: downloadDataset(parts),
    deleteDataset: deleteDataset(parts),
  }),
  bind(AgentServiceDefinition, {
    processData: processData(parts),
    processBatch: processBatch(parts),
    submitJob: submitJob(parts),
    getJob: getJob(parts),
    listJobs: listJobs(parts.jobs),
    watchJob: watchJob(parts),
    cancelJob: cancelJob(parts),
    listAgents: listAgents(parts.directory),
    getAgentHealth: getAgentHealth(parts),
    getAgentMetrics: getAgentMetrics(parts),
  }),
  // Part of the contract and not built yet.
  bind(WarehouseServiceDefinition, {}),
  bind(StreamingServiceDefinition, {}),
  bind(FeatureStoreServiceDefinition, {}),
];
