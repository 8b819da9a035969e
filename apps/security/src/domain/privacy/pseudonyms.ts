import type { PiiType } from '@weir/contracts/security';
import { createHmac, hkdfSync } from 'node:crypto';

/** A token that must be kept before it is answered. */
export interface PendingToken {
  readonly token: string;
  readonly value: string;
  readonly type: PiiType;
  /** "tenants/<t>/keys/<id>"; empty: the key `default`. */
  readonly key: string;
  /** Whom the record is about; empty: no one in particular. */
  readonly subject: string;
}

/** Keyed pseudonyms of one tenant: equal for equal values, unrelated to those of any other tenant. */
export interface Pseudonyms {
  /** Lower-case hex of so many bytes. */
  hash(value: string, bytes: number): string;
  /** "tok_" and 32 hex digits. */
  token(value: string): string;
}

const TOKEN_BYTES = 16;
const KEY_BYTES = 32;

/** Pseudonyms under a tenant's own 32 bytes; hashes and tokens have keys of their own (HKDF, RFC 5869). */
export function pseudonyms(secret: Uint8Array): Pseudonyms {
  const derive = (info: string): Buffer => Buffer.from(hkdfSync('sha256', secret, Buffer.alloc(0), info, KEY_BYTES));
  const [hashKey, tokenKey] = [derive('weir pseudonym hash 1'), derive('weir pseudonym token 1')];
  const mac = (key: Buffer, value: string, bytes: number): string =>
    createHmac('sha256', key).update(value).digest().subarray(0, bytes).toString('hex');
  return {
    hash: (value, bytes) => mac(hashKey, value, bytes),
    token: (value) => `tok_${mac(tokenKey, value, TOKEN_BYTES)}`,
  };
}
