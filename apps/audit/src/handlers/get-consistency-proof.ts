import type { GetConsistencyProofRequest, GetConsistencyProofResponse } from '@weir/contracts/audit';
import { reason } from '@weir/errors';
import { consistencyPath, rootAt, verifyConsistency } from '@weir/merkle';
import { idIn, parse, tenantName, type Unary } from '@weir/rpc';
import { z } from 'zod';
import { inconsistent, type Heads } from '../log/heads.ts';
import { treeSize } from './event-schema.ts';

const Request = z
  .object({
    tenant: tenantName(),
    firstTreeSize: z.bigint().min(0n, 'must not be negative'),
    secondTreeSize: treeSize(),
  })
  .refine(({ firstTreeSize, secondTreeSize }) => secondTreeSize === undefined || firstTreeSize <= secondTreeSize, {
    path: ['firstTreeSize'],
    message: 'must not be above second_tree_size',
  });

/** Proves that the log of one size is the beginning of the log of a larger size. */
export function getConsistencyProof(heads: Heads): Unary<GetConsistencyProofRequest, GetConsistencyProofResponse> {
  return async (request, { scope }) => {
    const { tenant: name, firstTreeSize: first, secondTreeSize } = parse(Request, request);
    const tenant = idIn(name, 'tenants');

    const { head, note, read } = await heads.sign(scope, tenant, secondTreeSize);
    const second = head.size;
    if (first > second) throw reason('TREE_SIZE_TOO_LARGE', { tenant: name, size: second, tree_size: first });
    const path = await consistencyPath(first, second, read);
    const firstRoot = await rootAt(first, read);
    if (!verifyConsistency({ first, second, firstRoot, secondRoot: head.root, path })) {
      throw inconsistent(tenant, `its tree of size ${second} does not continue that of size ${first}`);
    }

    const hashes = path.map((hash) => Buffer.from(hash));
    return { proof: { firstTreeSize: first, secondTreeSize: second, hashes, checkpoint: note } };
  };
}
