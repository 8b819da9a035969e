import { hkdfSync, type KeyObject } from 'node:crypto';

/** HKDF-SHA-256 (RFC 5869). */
export const hkdf = (material: Buffer | KeyObject, salt: Buffer, info: string | Buffer, bytes: number): Buffer =>
  Buffer.from(hkdfSync('sha256', material, salt, info, bytes));
