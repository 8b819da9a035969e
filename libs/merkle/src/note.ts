import { fromBase64, toBase64 } from './base64.ts';
import type { NoteSigner, NoteVerifier } from './note-key.ts';
import { ProofError } from './proof-error.ts';

/** A note that a trusted key has signed. */
export interface OpenedNote {
  /** The text that was signed, with its final newline. */
  readonly text: string;
  /** Whose signatures were verified. */
  readonly verifiers: readonly NoteVerifier[];
}

const SIGNATURE = /^— ([^\s+]+) ([A-Za-z0-9+/]+={0,2})$/u;
const ID_BYTES = 4;
const MAX_SIGNATURES = 64;
// Signed notes hold no control characters but the newline.
const CONTROL = /[\p{Cc}--\n]/v;

/** Signs a text, which ends with a newline (C2SP signed-note). */
export function signNote(text: string, signer: NoteSigner): string {
  if (!text.endsWith('\n')) throw new ProofError('the text of a note ends with a newline');
  const id = Buffer.alloc(ID_BYTES);
  id.writeUInt32BE(signer.id);
  return `${text}\n— ${signer.name} ${toBase64(Buffer.concat([id, signer.sign(text)]))}\n`;
}

/**
 * Opens a note: its text, once at least one of the keys has signed it. Signatures of unknown keys are ignored; a wrong
 * one of a known key makes the whole note invalid. Throws a ProofError with the reason.
 */
export function openNote(note: string, known: readonly NoteVerifier[]): OpenedNote {
  const { text, signatures } = splitNote(note);
  const verifiers = signatures.flatMap(({ name, id, signature }) => {
    const verifier = known.find((key) => key.name === name && key.id === id);
    if (!verifier) return [];
    if (!verifier.verify(text, signature)) throw new ProofError(`the signature of ${name} does not verify`);
    return [verifier];
  });
  if (verifiers.length === 0) {
    const namesOf = (keys: readonly { readonly name: string; readonly id: number }[]): string =>
      keys.map(({ name, id }) => `${name}+${id.toString(16).padStart(8, '0')}`).join(', ') || 'none';
    throw new ProofError(`no trusted key has signed the note: ${namesOf(signatures)} did, known is ${namesOf(known)}`);
  }
  return { text, verifiers };
}

function splitNote(note: string) {
  if (CONTROL.test(note)) throw new ProofError('the note holds a control character');
  const blank = note.lastIndexOf('\n\n');
  if (blank < 0 || !note.endsWith('\n')) throw new ProofError('the note has no signature lines');
  const lines = note.slice(blank + 2, -1).split('\n');
  if (lines.length > MAX_SIGNATURES) throw new ProofError(`the note has more than ${MAX_SIGNATURES} signatures`);
  return { text: note.slice(0, blank + 1), signatures: lines.map(readSignature) };
}

function readSignature(line: string) {
  const [, name = '', encoded = ''] = SIGNATURE.exec(line) ?? [];
  const bytes = Buffer.from(fromBase64(encoded, 'a signature of the note'));
  if (bytes.length <= ID_BYTES) throw new ProofError('a signature line of the note is broken');
  return { name, id: bytes.readUInt32BE(0), signature: bytes.subarray(ID_BYTES) };
}
