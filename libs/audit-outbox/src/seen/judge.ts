import type { ConsistencyProof, GetCheckpointResponse } from '@weir/contracts/audit';
import {
  noteVerifier,
  openCheckpoint,
  ProofError,
  sameHash,
  verifierOf,
  verifyConsistency,
  type NoteVerifier,
  type TreeHead,
} from '@weir/merkle';

/** A head of a log that a service remembers. */
export interface SeenCheckpoint {
  /** The id of the tenant. */
  readonly tenant: string;
  readonly size: bigint;
  /** The whole signed note. */
  readonly note: string;
  readonly verifierKey: string;
}

/** What a head is checked against, and how to get the proof that it continues the one remembered. */
export interface Judging {
  readonly tenant: string;
  readonly kept: SeenCheckpoint | undefined;
  /** Verifier keys that an operator has given; none: the key of the first head. */
  readonly givenKeys: readonly string[];
  proof(first: bigint, second: bigint): Promise<ConsistencyProof | undefined>;
}

/**
 * The head that is to be remembered from now on. Throws a ProofError that says why it is not: not signed by the log's
 * key, of another log, smaller than the one remembered, or not its continuation (RFC 9162, 2.1.4.2).
 */
export async function judge(answer: GetCheckpointResponse, judging: Judging): Promise<SeenCheckpoint> {
  const { tenant, kept, proof } = judging;
  const note = answer.checkpoint?.note ?? '';
  const verifierKey = kept?.verifierKey ?? answer.verifierKey;
  const pinned = noteVerifier(verifierKey);
  if (!pinned.name.endsWith(`/tenants/${tenant}`)) {
    throw new ProofError(`the key is of ${pinned.name}, not of the log of ${tenant}`);
  }
  const keys = keysOf(pinned, judging.givenKeys);
  const head = openCheckpoint(note, keys);
  if (kept) await checkSuccession(openCheckpoint(kept.note, keys), head, proof);
  return { tenant, size: head.size, note, verifierKey };
}

const keysOf = (pinned: NoteVerifier, given: readonly string[]): readonly NoteVerifier[] =>
  given.length === 0 ? [pinned] : given.map((text) => verifierOf(pinned.name, noteVerifier(text).publicKey));

async function checkSuccession(kept: TreeHead, head: TreeHead, proof: Judging['proof']): Promise<void> {
  if (head.size < kept.size) throw new ProofError(`the log had ${kept.size} events and has ${head.size}`);
  if (head.size === kept.size) {
    if (sameHash(head.root, kept.root)) return;
    throw new ProofError(`the log of size ${head.size} has another root than it had`);
  }
  const answer = await proof(kept.size, head.size);
  const path = answer?.hashes ?? [];
  const claim = { first: kept.size, second: head.size, firstRoot: kept.root, secondRoot: head.root, path };
  if (!verifyConsistency(claim)) {
    throw new ProofError(`the log of size ${head.size} does not continue that of size ${kept.size}`);
  }
}
