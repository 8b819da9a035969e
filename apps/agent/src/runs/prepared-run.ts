import { tenantScope } from '@weir/context';
import type { DataLocation, Dataset } from '@weir/contracts/agent';
import type { Tenant } from '@weir/contracts/registry';
import { reason } from '@weir/errors';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { DatasetFiles } from '../datasets/dataset-files.ts';
import { holdContent, type HeldContent } from '../datasets/held-content.ts';
import type { Leftovers } from '../datasets/leftovers.ts';
import { datasetName, type StoredDataset } from '../domain/dataset.ts';
import { checkInput, classify } from '../domain/run-data.ts';
import type { PlannedOutput, RunPlan } from '../domain/run-plan.ts';
import { storageLimit } from '../domain/tenant.ts';
import type { ContentCipher, ContentSeal } from '../encryption/content-cipher.ts';
import type { PlainArea } from '../plaintext/plain-area.ts';
import type { ContentStore } from '../store/content-store.ts';
import type { DatasetStore } from '../store/dataset-store.ts';
import type { RunOrder } from './run-order.ts';

/** What it takes to find and to hand over the data of a run. */
export interface DataParts {
  readonly datasets: DatasetStore;
  readonly contents: ContentStore;
  readonly files: DatasetFiles;
  readonly leftovers: Leftovers;
  readonly cipher: ContentCipher;
  readonly plain: PlainArea;
}

/** An input as it is when the run begins. */
export interface RunInput {
  readonly key: string;
  readonly stored: StoredDataset;
}

/** A content that becomes a dataset when the run succeeds. */
export interface RunOutput extends PlannedOutput {
  readonly content: string;
  /** Where the worker writes it. */
  readonly path: string;
  /** What it is encrypted with before it comes to rest; undefined: it is not. */
  readonly seal: ContentSeal | undefined;
}

/** Files that a worker reads and writes, held until the run is over. */
export interface PreparedRun {
  readonly inputs: Record<string, DataLocation>;
  readonly outputs: Record<string, DataLocation>;
  readonly contents: readonly RunOutput[];
  /** Whether what is written, and what is read, is encrypted at rest. */
  readonly isSealed: boolean;
  /** The most that may be written: what is left of the storage, if that is less than the run's limit. */
  readonly maxOutputBytes: bigint;
  readonly storageLimit: bigint | undefined;
  /** Says that the contents are datasets now. */
  published(): void;
}

/** Finds the inputs of a plan, and checks them and the outputs, without holding anything. */
export async function findInputs({ datasets }: DataParts, plan: RunPlan, { tenant }: RunOrder): Promise<RunInput[]> {
  const scope = tenantScope(tenant);
  const inputs: RunInput[] = [];
  for (const planned of plan.inputs) {
    const name = planned.dataset;
    const stored = await datasets.find(scope, name);
    if (!stored) throw reason('DATASET_NOT_FOUND', { name }, { resource: { type: 'Dataset', name } });
    checkInput(plan, planned, stored.dataset);
    inputs.push({ key: planned.key, stored });
  }
  for (const { target } of plan.outputs) {
    classify(target, datasetsOf(inputs), plan.anonymizes);
    await datasets.checkPut(scope, datasetName(tenant, target.datasetId), target);
  }
  return inputs;
}

/** The datasets behind inputs. */
export const datasetsOf = (inputs: readonly RunInput[]): Dataset[] => inputs.map(({ stored }) => stored.dataset);

/** Holds the inputs and begins the outputs; `after` lets go of them when the run is over. */
export async function prepare(
  parts: DataParts,
  order: RunOrder,
  plan: RunPlan,
  inputs: readonly RunInput[],
  owner: Tenant,
  isSealed: boolean,
  after: AsyncDisposableStack,
): Promise<PreparedRun> {
  const { contents } = parts;
  const { tenant } = order;
  const scope = tenantScope(tenant);
  const reader = order.parentJob === '' ? `tenants/${tenant}/runs/${order.runId}` : order.parentJob;
  const held: HeldContent[] = [];
  for (const { stored } of inputs) held.push(after.use(await holdContent(parts, stored, reader)));
  let isPublished = false;
  const outputs = await beginOutputs(parts, tenant, plan, isSealed, () => isPublished, after);
  const limit = storageLimit(owner);
  const left = limit === undefined ? undefined : limit - (await contents.used(scope, tenant));
  return {
    inputs: Object.fromEntries(inputs.map(({ key }, index) => [key, locationOf(held[index]?.source)])),
    outputs: Object.fromEntries(outputs.map(({ key, path, target }) => [key, writable(path, target)])),
    contents: outputs,
    isSealed,
    maxOutputBytes: left !== undefined && left < plan.limits.maxOutputBytes ? left : plan.limits.maxOutputBytes,
    storageLimit: limit,
    published() {
      isPublished = true;
    },
  };
}

/** Begins the outputs; what is to be encrypted is written where plain text may be. */
async function beginOutputs(
  parts: DataParts,
  tenant: string,
  plan: RunPlan,
  isSealed: boolean,
  isPublished: () => boolean,
  after: AsyncDisposableStack,
): Promise<RunOutput[]> {
  const { contents, files, leftovers, cipher, plain } = parts;
  const ids = plan.outputs.map(() => randomUUID());
  after.defer(async () => {
    if (!isPublished()) await leftovers.drop(tenant, ids);
  });
  await files.prepare(tenant);
  const outputs: RunOutput[] = [];
  for (const [at, output] of plan.outputs.entries()) {
    const content = ids[at] ?? '';
    await contents.begin(tenantScope(tenant), tenant, content);
    const seal = isSealed ? await cipher.begin(tenant, content) : undefined;
    const path = seal ? join(after.use(await plain.open()).path, 'data') : files.arrivingPath(tenant, content);
    outputs.push({ ...output, content, path, seal });
  }
  return outputs;
}

function locationOf(source: (Pick<DataLocation, 'format' | 'csv'> & { path: string }) | undefined): DataLocation {
  if (!source) throw new Error('an input was not held');
  const { path, format, csv } = source;
  return { place: { $case: 'path', value: path }, format, csv, expiresAt: undefined };
}

const writable = (path: string, { format }: PlannedOutput['target']): DataLocation => ({
  place: { $case: 'path', value: path },
  format,
  csv: undefined,
  expiresAt: undefined,
});
