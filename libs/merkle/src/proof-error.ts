/** Why a note, a checkpoint or a proof is not to be believed. */
export class ProofError extends Error {
  override readonly name = 'ProofError';
}
