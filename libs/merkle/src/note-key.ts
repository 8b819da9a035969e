import { createPublicKey, hash, sign, verify, type KeyObject } from 'node:crypto';
import { fromBase64, toBase64 } from './base64.ts';
import { ProofError } from './proof-error.ts';

/** A key under the name that its signatures carry. */
export interface NoteVerifier {
  /** For a log's key: the origin of the log. */
  readonly name: string;
  /** The first four bytes of SHA-256(name || 0x0A || 0x01 || public key). */
  readonly id: number;
  /** "<name>+<id, 8 hexadecimal digits>+<base64 of 0x01 and the public key>" */
  readonly verifierKey: string;
  readonly publicKey: KeyObject;
  verify(text: string, signature: Uint8Array): boolean;
}

/** A key that signs notes. */
export interface NoteSigner extends NoteVerifier {
  sign(text: string): Uint8Array;
}

const ED25519 = 0x01;
const PUBLIC_KEY_BYTES = 32;
const NAME = /^[^\s+\p{Cc}]+$/u;

/** A signer with an Ed25519 private key. */
export function noteSigner(name: string, key: KeyObject): NoteSigner {
  const verifier = verifierOf(name, createPublicKey(key));
  return { ...verifier, sign: (text) => sign(null, Buffer.from(text), key) };
}

/** The verifier that a verifier key (vkey) stands for. Throws a ProofError for anything else. */
export function noteVerifier(verifierKey: string): NoteVerifier {
  const [, name = '', id = '', encoded = ''] = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/.exec(verifierKey.trim()) ?? [];
  const bytes = fromBase64(encoded, 'the key in the verifier key');
  if (bytes[0] !== ED25519 || bytes.length !== 1 + PUBLIC_KEY_BYTES) {
    throw new ProofError('the verifier key is not "<name>+<id>+<base64 of an Ed25519 key>"');
  }
  const x = Buffer.from(bytes.subarray(1)).toString('base64url');
  const verifier = verifierOf(name, createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' }));
  if (verifier.id !== Number.parseInt(id, 16))
    throw new ProofError('the id in the verifier key is not that of its key');
  return verifier;
}

/** A verifier for an Ed25519 public key. Throws a ProofError for a name that a note cannot carry. */
export function verifierOf(name: string, key: KeyObject): NoteVerifier {
  if (!NAME.test(name)) throw new ProofError(`${JSON.stringify(name)} cannot be the name of a key`);
  const bytes = Buffer.concat([Uint8Array.of(ED25519), publicBytes(key)]);
  const id = hash('sha256', Buffer.concat([Buffer.from(`${name}\n`), bytes]), 'buffer').readUInt32BE(0);
  return {
    name,
    id,
    publicKey: key,
    verifierKey: `${name}+${id.toString(16).padStart(8, '0')}+${toBase64(bytes)}`,
    verify: (text, signature) => verify(null, Buffer.from(text), key, signature),
  };
}

function publicBytes(key: KeyObject): Uint8Array {
  const { crv, x } = key.export({ format: 'jwk' });
  if (crv !== 'Ed25519' || x === undefined) throw new ProofError('the key is not an Ed25519 key');
  return Buffer.from(x, 'base64url');
}
