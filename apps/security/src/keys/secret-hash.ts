import { randomBytes, scrypt, timingSafeEqual, type ScryptOptions } from 'node:crypto';
import pLimit from 'p-limit';

/** Slow salted hashes of client secrets (scrypt, RFC 7914), a few at a time: each takes memory and a processor. */
export interface SecretHasher {
  /** The text to store. */
  hash(secret: string): Promise<string>;
  /** Whether a secret is the one that was hashed. Without a hash it takes the same time and answers false. */
  matches(secret: string, hash: string | undefined): Promise<boolean>;
  /** Whether a hash was made at the present cost: one that was not takes another time to check. */
  isCurrent(hash: string): boolean;
}

const FORM = /^scrypt:(\d+):([\w-]+):([\w-]+)$/;
const BLOCK = 8;
const LENGTH = 32;
const CONCURRENT = 2;

/** `cost` is the logarithm of scrypt's N: 15 takes 32 MiB and some 60 ms. */
export function secretHasher(cost: number): SecretHasher {
  const limit = pLimit(CONCURRENT);
  const decoy = encode(cost, randomBytes(16), randomBytes(LENGTH));

  return {
    async hash(secret) {
      const salt = randomBytes(16);
      return encode(cost, salt, await limit(() => derive(secret, salt, cost)));
    },
    async matches(secret, hash) {
      const [, n, salt, expected] = FORM.exec(hash ?? decoy) ?? [];
      if (n === undefined || salt === undefined || expected === undefined) throw new Error('not a hash of ours');
      const found = await limit(() => derive(secret, Buffer.from(salt, 'base64url'), Number(n)));
      return timingSafeEqual(found, Buffer.from(expected, 'base64url')) && hash !== undefined;
    },
    isCurrent: (hash) => FORM.exec(hash)?.[1] === String(cost),
  };
}

const encode = (cost: number, salt: Buffer, hash: Buffer): string =>
  `scrypt:${cost}:${salt.toString('base64url')}:${hash.toString('base64url')}`;

function derive(secret: string, salt: Buffer, cost: number): Promise<Buffer> {
  const N = 2 ** cost;
  const options: ScryptOptions = { N, r: BLOCK, p: 1, maxmem: 256 * N * BLOCK };
  return new Promise((resolve, reject) => {
    scrypt(secret, salt, LENGTH, options, (error, key) => (error ? reject(error) : resolve(key)));
  });
}
