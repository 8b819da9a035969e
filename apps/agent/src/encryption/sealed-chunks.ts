import { createCipheriv, createDecipheriv, hkdfSync, timingSafeEqual } from 'node:crypto';

/** What a data key gives for one content: what encrypts its chunks, and the header that commits to it. */
export interface ContentKey {
  readonly encryption: Buffer;
  /** The first bytes of the file. */
  readonly header: Buffer;
}

/** Bytes of plain text in a chunk; the last one may have fewer. */
export const CHUNK_BYTES = 65_536;
/** What a chunk in the file has more. */
export const TAG_BYTES = 16;
/** How long the header is. */
export const HEADER_BYTES = 40;

const MAGIC = 'WEIRDS01';
const KEY_BYTES = 32;

/** Both by HKDF-SHA-256 (RFC 5869), salted with the id of the content: a file opens as no other content. */
export function contentKey(dataKey: Buffer, content: string): ContentKey {
  const derive = (info: string): Buffer => Buffer.from(hkdfSync('sha256', dataKey, content, info, KEY_BYTES));
  const header = Buffer.concat([Buffer.from(MAGIC), derive('weir dataset commitment 1')]);
  return { encryption: derive('weir dataset chunks 1'), header };
}

/** Whether a file begins as the content that the key is for. */
export const isHeaderOf = ({ header }: ContentKey, bytes: Buffer): boolean =>
  bytes.length === header.length && timingSafeEqual(bytes, header);

/** AES-256-GCM; the place of the chunk, and whether it is the last, are in its nonce (as in STREAM, eprint 2015/189). */
export function sealChunk({ encryption, header }: ContentKey, at: ChunkPlace, plaintext: Buffer): Buffer {
  const cipher = createCipheriv('aes-256-gcm', encryption, nonceOf(at), { authTagLength: TAG_BYTES }).setAAD(header);
  return Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
}

/** Throws when the chunk is not the one that was written at this place. */
export function openChunk({ encryption, header }: ContentKey, at: ChunkPlace, sealed: Buffer): Buffer {
  if (sealed.length < TAG_BYTES) throw new Error('too short');
  const decipher = createDecipheriv('aes-256-gcm', encryption, nonceOf(at), { authTagLength: TAG_BYTES });
  decipher.setAAD(header).setAuthTag(sealed.subarray(-TAG_BYTES));
  return Buffer.concat([decipher.update(sealed.subarray(0, -TAG_BYTES)), decipher.final()]);
}

/** Where a chunk stands in its file. */
export interface ChunkPlace {
  readonly index: number;
  readonly isLast: boolean;
}

// Never twice under one key: a key is for one content, which is written once.
function nonceOf({ index, isLast }: ChunkPlace): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.writeUInt8(isLast ? 1 : 0, 3);
  nonce.writeBigUInt64BE(BigInt(index), 4);
  return nonce;
}
