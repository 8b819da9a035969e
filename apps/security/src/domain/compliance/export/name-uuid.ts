import { createHash } from 'node:crypto';

/** The namespace of everything that Weir exports: a UUID made once. */
const NAMESPACE = Buffer.from('6f0b8a3e4d3c4f7e9a1d2c5b7e8f9a01', 'hex');

/** The UUID of a name, the same whenever it is asked for (RFC 9562, version 5). */
export function nameUuid(...name: readonly string[]): string {
  const bytes = createHash('sha1').update(NAMESPACE).update(name.join('\n')).digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x50, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
