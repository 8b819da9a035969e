import { createReadStream, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Client } from '@weir/client';
import type { Dataset, DatasetServiceDefinition } from '@weir/contracts/agent';
import { Clearance, type DataFormat } from '@weir/contracts/registry';

/** A file to upload. */
export interface Upload {
  readonly parent: string;
  readonly datasetId: string;
  readonly path: string;
  readonly format: DataFormat;
}

const CHUNK_BYTES = 256 * 1024;

/** Uploads a file in chunks, replacing what a tour before left. */
export async function uploadFile(datasets: Client<typeof DatasetServiceDefinition>, upload: Upload): Promise<Dataset> {
  const { dataset } = await datasets.uploadDataset(messages(upload), { timeoutMs: 120_000 });
  if (!dataset) throw new Error('the upload was answered without a dataset');
  return dataset;
}

async function* messages({ parent, datasetId, path, format }: Upload) {
  const target = { datasetId, format, classification: Clearance.INTERNAL, overwrite: true };
  const sizeBytes = BigInt(statSync(path).size);
  yield { parent, payload: { $case: 'metadata' as const, value: { target, sizeBytes } } };
  for await (const chunk of createReadStream(path, { highWaterMark: CHUNK_BYTES })) {
    yield { payload: { $case: 'chunk' as const, value: Buffer.from(chunk as Uint8Array) } };
  }
}

/** Where the files of vega-datasets are: beside the folder of its main file. */
export const vegaFolder = join(dirname(createRequire(import.meta.url).resolve('vega-datasets')), '..', 'data');
