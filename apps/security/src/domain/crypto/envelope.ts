import {
  createCipheriv,
  createDecipheriv,
  createSecretKey,
  randomBytes,
  timingSafeEqual,
  type CipherKey,
  type KeyObject,
} from 'node:crypto';
import { idBytes, idFromBytes, type CiphertextId } from './ciphertext-id.ts';
import { frames } from './bound-context.ts';
import { hkdf } from './hkdf.ts';

/** A payload, or a data key that the caller encrypts with itself. */
export type CiphertextKind = 'payload' | 'data key';

/** What stands in front of an encrypted payload. */
export interface Header {
  readonly kind: CiphertextKind;
  readonly keyVersion: number;
  readonly id: CiphertextId;
  readonly encryptedAt: Date;
  /** 16 bytes; zeros where the payload is about nobody in particular. */
  readonly subject: Buffer;
  /** The data key, wrapped by the version of the key: nonce, key, tag. */
  readonly wrapped: Buffer;
}

/** A ciphertext taken apart. */
export interface Envelope extends Header {
  readonly commitment: Buffer;
  /** Nonce, payload, tag. */
  readonly sealed: Buffer;
}

const FORMAT = 1;
const KINDS: readonly CiphertextKind[] = ['payload', 'data key'];
const NONCE = 12;
const TAG = 16;
const KEY = 32;
const WRAPPED = NONCE + KEY + TAG;
/** Where the index stands in the bytes of an id. */
const INDEX_IN_ID = 14;
const AT = { kind: 1, version: 2, id: 6, time: 22, subject: 30, wrapped: 46, commitment: 106, sealed: 138 } as const;

const NO_SALT = Buffer.alloc(0);

/** No person in particular. */
export const NO_SUBJECT = Buffer.alloc(16);

/** AES-256-GCM with a 16-byte tag: nonce, ciphertext, tag. */
export function seal(key: CipherKey, plaintext: Uint8Array, associated: Buffer): Buffer {
  const nonce = randomBytes(NONCE);
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG }).setAAD(associated);
  return Buffer.concat([nonce, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
}

/** Throws when the key or the associated data is another one, or a bit has changed. */
export function open(key: CipherKey, sealed: Buffer, associated: Buffer): Buffer {
  if (sealed.length < NONCE + TAG) throw new Error('too short');
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, NONCE), { authTagLength: TAG });
  decipher.setAAD(associated).setAuthTag(sealed.subarray(-TAG));
  // In this mode all of it comes with `update`; nothing of it is answered before `final` has checked the tag.
  const plaintext = decipher.update(sealed.subarray(NONCE, -TAG));
  decipher.final();
  return plaintext;
}

/** What a data key gives: the key that encrypts, and the commitment to it. */
export interface DataKeyParts {
  /** A KeyObject: with plain bytes every use of it costs several times as much. */
  readonly encryption: KeyObject;
  readonly commitment: Buffer;
}

/** Both by HKDF-SHA-256 (RFC 5869): a ciphertext opens under the one data key that it commits to. */
export function dataKeyParts(dataKey: Buffer): DataKeyParts {
  const derive = (info: string): Buffer => hkdf(dataKey, NO_SALT, info, KEY);
  return { encryption: createSecretKey(derive('weir payload key 1')), commitment: derive('weir key commitment 1') };
}

/** Encrypts one payload; the header says which data key it was, `bound` is its canonical binding. */
export const sealPayload = (header: Header, key: DataKeyParts, plaintext: Uint8Array, bound: Buffer): Buffer =>
  payloadSealer(header, key, bound)(plaintext, header.id.index);

/**
 * Encrypts payloads that differ in nothing but their index. The nonce is the index beside 8 random bytes: a data key
 * is for one call, and there no index comes twice.
 */
export function payloadSealer(
  header: Omit<Header, 'id'> & { id: Pick<CiphertextId, 'group'> },
  key: DataKeyParts,
  bound: Buffer,
) {
  const first = { ...header, id: { group: header.id.group, index: 0 } };
  const associated = payloadBinding(first, key.commitment, bound);
  const indexAt = associated.indexOf(idBytes(first.id)) + INDEX_IN_ID;
  const nonce = randomBytes(NONCE);
  const head = encode({ ...first, commitment: key.commitment, sealed: nonce });

  return (plaintext: Uint8Array, index: number): Buffer => {
    associated.writeUInt16BE(index, indexAt);
    nonce.writeUInt32BE(index, NONCE - 4);
    const cipher = createCipheriv('aes-256-gcm', key.encryption, nonce, { authTagLength: TAG }).setAAD(associated);
    const out = Buffer.allocUnsafe(head.length + plaintext.length + TAG);
    head.copy(out);
    out.writeUInt16BE(index, AT.id + INDEX_IN_ID);
    nonce.copy(out, AT.sealed);
    cipher.update(plaintext).copy(out, head.length);
    cipher.final();
    cipher.getAuthTag().copy(out, head.length + plaintext.length);
    return out;
  };
}

/** Throws unless the envelope commits to this data key. */
export function requireCommitment({ commitment }: Envelope, key: DataKeyParts): void {
  if (!timingSafeEqual(key.commitment, commitment)) throw new Error('another data key');
}

/** Throws when anything is other than it was. */
export const openPayload = (envelope: Envelope, key: DataKeyParts, bound: Buffer): Buffer =>
  payloadOpener(envelope, key, bound)(envelope.sealed, envelope.id.index);

/** Decrypts payloads whose envelopes differ from this one in nothing but their index. */
export function payloadOpener(envelope: Envelope, key: DataKeyParts, bound: Buffer) {
  requireCommitment(envelope, key);
  const associated = payloadBinding(envelope, key.commitment, bound);
  const indexAt = associated.indexOf(idBytes(envelope.id)) + INDEX_IN_ID;

  return (sealed: Buffer, index: number): Buffer => {
    associated.writeUInt16BE(index, indexAt);
    return open(key.encryption, sealed, associated);
  };
}

/** Takes a ciphertext apart that differs from another one in nothing but its index; undefined when there is more. */
export function siblingOf(head: Buffer, bytes: Buffer): { index: number; sealed: Buffer } | undefined {
  const indexAt = AT.id + INDEX_IN_ID;
  if (bytes.length < AT.sealed + NONCE + TAG) return undefined;
  if (bytes.compare(head, 0, indexAt, 0, indexAt) !== 0) return undefined;
  if (bytes.compare(head, AT.time, AT.sealed, AT.time, AT.sealed) !== 0) return undefined;
  return { index: bytes.readUInt16BE(indexAt), sealed: bytes.subarray(AT.sealed) };
}

// The version and the wrapped key are left out: rewrapping changes them, and the commitment stands for the data key.
const payloadBinding = ({ kind, id, encryptedAt, subject }: Header, commitment: Buffer, bound: Buffer): Buffer =>
  frames([`weir ciphertext ${FORMAT} ${kind}`, idBytes(id), encryptedAt.toISOString(), subject, commitment, bound]);

/** What wraps data keys about one person: it takes the version of the key and the person's own share to make it. */
export const subjectWrappingKey = (version: KeyObject, share: Buffer): KeyObject =>
  createSecretKey(hkdf(version, share, 'weir subject wrapping key 1', KEY));

/** Whose data key it is: what a wrapped key is bound to. */
export interface WrapBinding {
  readonly tenant: string;
  readonly key: string;
  readonly version: number;
  readonly group: Buffer;
  readonly subject: Buffer;
}

/** What is authenticated with a wrapped data key. */
export const wrapBinding = ({ tenant, key, version, group, subject }: WrapBinding): Buffer =>
  frames([`weir data key ${FORMAT}`, tenant, key, String(version), group, subject]);

/** The bytes of a ciphertext. */
export function encode({ kind, keyVersion, id, encryptedAt, subject, wrapped, commitment, sealed }: Envelope): Buffer {
  const head = Buffer.alloc(AT.id);
  head.writeUInt8(FORMAT, 0);
  head.writeUInt8(KINDS.indexOf(kind), AT.kind);
  head.writeUInt32BE(keyVersion, AT.version);
  const time = Buffer.alloc(8);
  time.writeBigUInt64BE(BigInt(encryptedAt.getTime()));
  return Buffer.concat([head, idBytes(id), time, subject, wrapped, commitment, sealed]);
}

/** Takes a ciphertext apart; undefined for what is none of ours. */
export function decode(bytes: Buffer): Envelope | undefined {
  if (bytes.length < AT.sealed + NONCE + TAG || bytes.readUInt8(0) !== FORMAT) return undefined;
  const kind = KINDS[bytes.readUInt8(AT.kind)];
  const millis = bytes.readBigUInt64BE(AT.time);
  if (kind === undefined || millis > MAX_TIME) return undefined;
  return {
    kind,
    keyVersion: bytes.readUInt32BE(AT.version),
    id: idFromBytes(bytes.subarray(AT.id, AT.time)),
    encryptedAt: new Date(Number(millis)),
    subject: bytes.subarray(AT.subject, AT.wrapped),
    wrapped: bytes.subarray(AT.wrapped, AT.wrapped + WRAPPED),
    commitment: bytes.subarray(AT.commitment, AT.sealed),
    sealed: bytes.subarray(AT.sealed),
  };
}

/** The last moment that a Date can say. */
const MAX_TIME = 8_640_000_000_000_000n;
