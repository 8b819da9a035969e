import { createHash } from 'node:crypto';
import type { ExportAssessmentResponse } from '@weir/contracts/security';

/** The whole of an export, checked against the hash that its header states. */
export async function receiveExport(parts: AsyncIterable<ExportAssessmentResponse>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let stated = '';
  for await (const { part } of parts) {
    if (part?.$case === 'header') stated = part.value.sha256.toString('hex');
    if (part?.$case === 'data') chunks.push(part.value);
  }
  const bytes = Buffer.concat(chunks);
  if (createHash('sha256').update(bytes).digest('hex') !== stated) throw new Error('the export arrived changed');
  return bytes;
}
