import type { Client } from '@weir/client';
import type { DatasetServiceDefinition } from '@weir/contracts/agent';

/** The whole of a dataset. */
export async function downloadFile(datasets: Client<typeof DatasetServiceDefinition>, name: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const { payload } of datasets.downloadDataset({ name })) {
    if (payload?.$case === 'chunk') chunks.push(payload.value);
  }
  return Buffer.concat(chunks);
}
