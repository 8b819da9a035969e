import { openCheckpoint, type TreeHead } from './checkpoint.ts';
import { leafHash, type Hash } from './hash.ts';
import type { NoteVerifier } from './note-key.ts';
import { ProofError } from './proof-error.ts';
import { verifyInclusion } from './verify.ts';

/** That a log holds an event: weir.audit.v1.InclusionProof, as far as a verifier believes it. */
export interface AuditProof {
  /** The event bytes: a serialised weir.audit.v1.Event. */
  readonly event: Uint8Array;
  readonly index: bigint;
  readonly auditPath: readonly Hash[];
  /** The whole signed note. */
  readonly checkpoint: string;
}

/** What a proof has proven. */
export interface ProvenEvent {
  readonly event: Uint8Array;
  readonly index: bigint;
  readonly leafHash: Hash;
  readonly head: TreeHead;
}

/**
 * Verifies a proof with nothing but the keys of the log, which come from somewhere else than the proof. Throws a
 * ProofError that says what does not hold.
 */
export function verifyProof(proof: AuditProof, keys: readonly NoteVerifier[]): ProvenEvent {
  const head = openCheckpoint(proof.checkpoint, keys);
  const { event, index, auditPath } = proof;
  if (index >= head.size) throw new ProofError(`index ${index} is not below the tree size ${head.size}`);
  const leaf = leafHash(event);
  if (!verifyInclusion({ leaf, index, size: head.size, path: auditPath, root: head.root })) {
    throw new ProofError(`the event and its audit path do not lead to the root of the checkpoint of size ${head.size}`);
  }
  return { event, index, leafHash: leaf, head };
}
