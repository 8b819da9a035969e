import { createHash } from 'node:crypto';

/** The id of the run of an item: a UUID, the same each time that the batch is taken up. */
export function itemRunId(batchRunId: string, itemIndex: number): string {
  const hex = createHash('sha256').update(`${batchRunId} ${itemIndex}`).digest('hex');
  // Version 8: made by a rule of our own (RFC 9562).
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 0x3) | 0x8).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    variant + hex.slice(17, 20),
    hex.slice(20, 32),
  ].join('-');
}
