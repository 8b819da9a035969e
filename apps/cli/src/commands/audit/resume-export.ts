import { existsSync, truncateSync } from 'node:fs';
import { parseCheckpoint, parseProofFile, ProofError } from '@weir/merkle';
import { isWholeLine, linesIn } from './lines-in.ts';

/** Where an export goes on: of which tree, and from which index. Both 0 for a new one. */
export interface ResumePoint {
  readonly treeSize: bigint;
  readonly startIndex: bigint;
}

/**
 * Finds where a file with an interrupted export ends, and cuts off the line that it was interrupted in. Throws, and
 * leaves the file as it is, where it holds anything but an export of this log.
 */
export async function whereToResume(path: string, tenant: string): Promise<ResumePoint> {
  let point: ResumePoint = { treeSize: 0n, startIndex: 0n };
  if (!existsSync(path)) return point;
  const begins = Buffer.from(`{"name":"tenants/${tenant}/events/`);
  let bytes = 0;
  let last: Buffer | undefined;
  let isTorn = false;
  for await (const line of linesIn(path)) {
    const known = begins.subarray(0, line.length);
    isTorn = !isWholeLine(line);
    if (!line.subarray(0, known.length).equals(known)) throw foreign(path, tenant);
    if (isTorn) break;
    last = line;
    bytes += line.length;
  }
  if (last) point = after(last, path, tenant);
  if (isTorn) truncateSync(path, bytes);
  return point;
}

function after(line: Buffer, path: string, tenant: string): ResumePoint {
  try {
    const [proven] = parseProofFile(line.toString());
    if (!proven) throw foreign(path, tenant);
    return { treeSize: parseCheckpoint(proven.proof.checkpoint).size, startIndex: proven.proof.index + 1n };
  } catch (error) {
    throw error instanceof ProofError ? foreign(path, tenant) : error;
  }
}

const foreign = (path: string, tenant: string): Error =>
  new Error(`${path} is there and is no export of ${tenant}: name another file, or move that one away`);
