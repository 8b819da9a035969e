import type { Checkpoint } from '@weir/contracts/audit';
import type { TreeHead } from '@weir/merkle';

/** A signed head as callers get it. */
export const toCheckpoint = ({ origin, size, root }: TreeHead, note: string): Checkpoint => ({
  note,
  origin,
  treeSize: size,
  rootHash: Buffer.from(root),
});
