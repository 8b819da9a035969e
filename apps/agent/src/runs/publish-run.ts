import { tenantScope, type Scope } from '@weir/context';
import { Dataset, type ExecuteResult, type WrittenOutput } from '@weir/contracts/agent';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { AccessGrant } from '../access/access-decisions.ts';
import { about } from '../datasets/receive-upload.ts';
import { datasetName } from '../domain/dataset.ts';
import { expiryOwed } from '../domain/obligations.ts';
import { classify, dataTypesOf } from '../domain/run-data.ts';
import type { RunPlan } from '../domain/run-plan.ts';
import { storageExhausted } from '../domain/tenant.ts';
import type { ContentSeal } from '../encryption/content-cipher.ts';
import { datasetsOf, type DataParts, type PreparedRun, type RunInput, type RunOutput } from './prepared-run.ts';
import type { RunOrder } from './run-order.ts';

const CHUNK_BYTES = 1024 * 1024;

/** What a run wrote, whole on the disk and counted, not yet a dataset. */
export interface SettledOutput {
  readonly output: RunOutput;
  readonly written: WrittenOutput;
}

/** Makes the files that a worker wrote whole and counts them. Throws STORAGE_EXHAUSTED. */
export async function settleOutputs(
  parts: DataParts,
  { tenant }: RunOrder,
  prepared: PreparedRun,
  result: ExecuteResult,
): Promise<SettledOutput[]> {
  const { contents, files } = parts;
  const scope = tenantScope(tenant);
  const settled: SettledOutput[] = [];
  for (const written of result.outputs) {
    const output = prepared.contents.find(({ key }) => key === written.output);
    if (!output) throw new Error(`the worker wrote ${written.output}, which is no output of the run`);
    await checkSize(output.path, written);
    if (!(await contents.count(scope, output.content, written.sizeBytes, prepared.storageLimit))) {
      const used = await contents.used(scope, tenant);
      throw storageExhausted(`tenants/${tenant}`, used + written.sizeBytes, prepared.storageLimit ?? 0n);
    }
    if (output.seal) await sealOutput(parts, tenant, output, output.seal);
    await files.settle(tenant, output.content, output.target.format);
    settled.push({ output, written });
  }
  return settled;
}

/** Encrypts what a worker wrote to where it will be kept. */
async function sealOutput(
  { files }: DataParts,
  tenant: string,
  { content, path }: RunOutput,
  { key }: ContentSeal,
): Promise<void> {
  await using file = await files.create(tenant, content, key);
  for await (const chunk of createReadStream(path, { highWaterMark: CHUNK_BYTES })) await file.write(chunk as Buffer);
  await file.finish();
}

async function checkSize(path: string, { output, sizeBytes }: WrittenOutput): Promise<void> {
  const { size } = await stat(path);
  if (BigInt(size) !== sizeBytes) throw new Error(`output ${output} has ${size} bytes, the worker says ${sizeBytes}`);
}

/** A run whose outputs become datasets. */
export interface Published {
  readonly plan: RunPlan;
  readonly inputs: readonly RunInput[];
  readonly grant: AccessGrant;
}

/** Makes datasets of settled outputs, by step. Part of the transaction that publishes the run. */
export async function putOutputs(
  { datasets }: DataParts,
  scope: Scope,
  order: RunOrder,
  { plan, inputs, grant }: Published,
  settled: readonly SettledOutput[],
): Promise<Map<string, Dataset>> {
  const sources = datasetsOf(inputs);
  const stored = new Map<string, Dataset>();
  for (const { output, written } of settled) {
    const { target } = output;
    const dataset = Dataset.fromPartial({
      ...about(target),
      expiresAt: expiryOwed(grant.obligations, about(target).expiresAt, Date.now()),
      classification: classify(target, sources, plan.anonymizes),
      dataTypes: dataTypesOf(target, sources),
      name: datasetName(order.tenant, target.datasetId),
      columns: written.columns,
      rowCount: written.rowCount,
      sizeBytes: written.sizeBytes,
      sha256: written.sha256,
      keyVersion: output.seal?.keyVersion ?? '',
      runId: order.runId,
      sources: [...new Set(sources.map(({ name }) => name))].sort(),
      createdBy: order.askedBy,
    });
    stored.set(output.key, await datasets.put(scope, dataset, output.content, target));
  }
  return stored;
}
