import { AgentServiceDefinition, DatasetServiceDefinition } from '@weir/contracts/agent';
import { bind, type Binding } from '@weir/rpc';
import type { AgentParts } from './agent-parts.ts';
import { deleteDataset } from './handlers/delete-dataset.ts';
import { describeDataset } from './handlers/describe-dataset.ts';
import { downloadDataset } from './handlers/download-dataset.ts';
import { listDatasets } from './handlers/list-datasets.ts';
import { previewDataset } from './handlers/preview-dataset.ts';
import { processData } from './handlers/process-data.ts';
import { uploadDataset } from './handlers/upload-dataset.ts';

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
  }),
];
