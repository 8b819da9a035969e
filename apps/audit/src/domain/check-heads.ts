import { FaultReason } from '@weir/contracts/audit';
import { openCheckpoint, ProofError, sameHash, type Hash, type NoteVerifier, type TreeHead } from '@weir/merkle';
import type { Fault } from './fault.ts';

/** A head to compare a log with: one that the log has kept, or one that a caller brings. */
export interface HeadClaim {
  readonly size: bigint;
  readonly source: 'stored' | 'known';
  readonly note: string;
}

/** Compares heads with the tree as it grows, in ascending order of size. */
export interface HeadChecker {
  /** Compares a head with the root that was derived for its size. */
  compare(claim: HeadClaim, root: Hash): Fault | undefined;
  /** What a head says that is larger than the log. */
  beyond(claim: HeadClaim, logSize: bigint): Fault;
}

/** A checker for the heads of one log. */
export function headChecker(keys: readonly NoteVerifier[]): HeadChecker {
  let agreed = 0n;

  function forged({ size, source }: HeadClaim, problem: string): Fault {
    const description = `the ${source} checkpoint of size ${size} is not one that this log signed: ${problem}`;
    return { index: agreed, reason: FaultReason.SIGNATURE_INVALID, description };
  }

  function open(claim: HeadClaim): TreeHead | Fault {
    try {
      const head = openCheckpoint(claim.note, keys);
      return head.size === claim.size ? head : forged(claim, `it says ${head.size}`);
    } catch (error) {
      if (error instanceof ProofError) return forged(claim, error.message);
      throw error;
    }
  }

  return {
    compare(claim, root) {
      const head = open(claim);
      if ('reason' in head) return head;
      if (sameHash(head.root, root)) {
        agreed = head.size;
        return undefined;
      }
      const description = `the ${claim.source} checkpoint of size ${head.size} has another root than the stored events give`;
      return { index: agreed, reason: FaultReason.CHECKPOINT_MISMATCH, description, expected: head.root, actual: root };
    },
    beyond(claim, logSize) {
      const head = open(claim);
      if ('reason' in head) return head;
      const description = `the ${claim.source} checkpoint was signed for ${head.size} events, the log has ${logSize}`;
      return { index: logSize, reason: FaultReason.TRUNCATED, description };
    },
  };
}
