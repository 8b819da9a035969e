import { fromBase64, toBase64 } from './base64.ts';
import { HASH_BYTES, type Hash } from './hash.ts';
import { openNote, signNote } from './note.ts';
import type { NoteSigner, NoteVerifier } from './note-key.ts';
import { ProofError } from './proof-error.ts';

/** The head of a log. */
export interface TreeHead {
  /** Who the log is: "weir.example/tenants/acme". */
  readonly origin: string;
  readonly size: bigint;
  readonly root: Hash;
}

const SIZE = /^(0|[1-9][0-9]{0,18})$/;

/** Signs the head of a log with the log's key: a C2SP tlog-checkpoint whose origin is the key's name. */
export const signCheckpoint = (signer: NoteSigner, size: bigint, root: Hash): string =>
  signNote(`${signer.name}\n${size}\n${toBase64(root)}\n`, signer);

/**
 * Opens a checkpoint that one of the log's keys has signed. Throws a ProofError when none has, or when the origin is
 * not the name of the key.
 */
export function openCheckpoint(note: string, keys: readonly NoteVerifier[]): TreeHead {
  const { text, verifiers } = openNote(note, keys);
  const head = parseCheckpoint(text);
  if (verifiers.some(({ name }) => name !== head.origin)) {
    throw new ProofError(`the checkpoint is of ${head.origin}, its key of ${verifiers.map(({ name }) => name).join()}`);
  }
  return head;
}

/** Reads the text of a checkpoint. It says nothing about who signed it. */
export function parseCheckpoint(text: string): TreeHead {
  const [origin = '', size = '', root = ''] = text.split('\n');
  if (origin === '' || !SIZE.test(size)) throw new ProofError('the note is not a checkpoint: origin, size, root hash');
  const hash = fromBase64(root, 'the root hash of the checkpoint');
  if (hash.length !== HASH_BYTES) throw new ProofError('the root hash of the checkpoint has not 32 bytes');
  return { origin, size: BigInt(size), root: hash };
}
