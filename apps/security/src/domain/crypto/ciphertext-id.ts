import { randomBytes } from 'node:crypto';

/** The ciphertexts of one call share a group; each has its place in it. Both together are its id. */
export interface CiphertextId {
  /** 14 bytes. */
  readonly group: Buffer;
  /** 0 to 65,535. */
  readonly index: number;
}

const GROUP_BYTES = 14;
const ID_BYTES = 16;

/** A new group: random but for what makes its ids UUIDs (RFC 9562, version 8). */
export function newGroup(): Buffer {
  const group = randomBytes(GROUP_BYTES);
  group.writeUInt8((group.readUInt8(6) & 0x0f) | 0x80, 6);
  group.writeUInt8((group.readUInt8(8) & 0x3f) | 0x80, 8);
  return group;
}

/** The 16 bytes of an id. */
export function idBytes({ group, index }: CiphertextId): Buffer {
  const bytes = Buffer.alloc(ID_BYTES);
  group.copy(bytes);
  bytes.writeUInt16BE(index, GROUP_BYTES);
  return bytes;
}

/** The id in 16 bytes. */
export const idFromBytes = (bytes: Buffer): CiphertextId => ({
  group: Buffer.from(bytes.subarray(0, GROUP_BYTES)),
  index: bytes.readUInt16BE(GROUP_BYTES),
});

/** An id as a UUID. */
export function idText(id: CiphertextId): string {
  const hex = idBytes(id).toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** The ids of a call as UUIDs, from index 0 on. */
export function idTexts(group: Buffer, count: number): string[] {
  const first = idText({ group, index: 0 });
  const prefix = first.slice(0, -4);
  return Array.from({ length: count }, (_, index) => prefix + index.toString(16).padStart(4, '0'));
}

/** The id in a UUID that has been checked. */
export const idFromText = (text: string): CiphertextId => idFromBytes(Buffer.from(text.replaceAll('-', ''), 'hex'));
