import { createHash } from 'node:crypto';
import { BITCOIN_ALPHABET } from '../checks/base58.ts';
import { passesBech32 } from '../checks/bech32.ts';
import { keccak256 } from '../checks/keccak.ts';
import type { Random } from './random.ts';

const HEX = '0123456789abcdef';
const BECH32_ALPHABET = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l';
const GENERATOR = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];

const sha256 = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest();

/** Base58Check of a version byte and 20 random bytes. */
export function base58Address(random: Random, version: number): string {
  const body = Buffer.from(version.toString(16).padStart(2, '0') + random.text(40, HEX), 'hex');
  const bytes = Buffer.concat([body, sha256(sha256(body)).subarray(0, 4)]);
  let value = BigInt(`0x${bytes.toString('hex')}`);
  let text = '';
  for (; value > 0n; value /= 58n) text = BITCOIN_ALPHABET.charAt(Number(value % 58n)) + text;
  for (let index = 0; bytes[index] === 0; index += 1) text = `1${text}`;
  return text;
}

/** Bech32 (version 0) or Bech32m (later versions) of a witness program of so many random values of 5 bits. */
export function bech32Address(random: Random, prefix: string, version: number, length: number): string {
  const data = [version, ...Array.from({ length }, () => random.int(0, 31))];
  const codes = Array.from(prefix, (one) => one.charCodeAt(0));
  const values = [...codes.map((code) => code >> 5), 0, ...codes.map((code) => code & 31), ...data, 0, 0, 0, 0, 0, 0];
  const sum = checksumOf(values) ^ (version === 0 ? 1 : 0x2bc830a3);
  const check = [0, 1, 2, 3, 4, 5].map((index) => (sum >> (5 * (5 - index))) & 31);
  const address = `${prefix}1${[...data, ...check].map((value) => BECH32_ALPHABET.charAt(value)).join('')}`;
  if (!passesBech32(address)) throw new Error('a checksum that does not check');
  return address;
}

function checksumOf(values: readonly number[]): number {
  let sum = 1;
  for (const value of values) {
    const top = sum >>> 25;
    sum = ((sum & 0x1ffffff) << 5) ^ value;
    GENERATOR.forEach((generator, bit) => {
      if ((top >> bit) & 1) sum ^= generator;
    });
  }
  return sum;
}

/** An Ethereum address with the checksum of EIP-55 in its case. */
export function ethereumAddress(random: Random): string {
  const hex = random.text(40, HEX);
  const hash = keccak256(hex);
  return `0x${Array.from(hex, (one, index) => (parseInt(hash.charAt(index), 16) >= 8 ? one.toUpperCase() : one)).join('')}`;
}

/** The same with the case of one letter turned round. */
export function brokenEthereum(random: Random): string {
  const right = ethereumAddress(random);
  const at = right.slice(2).search(/[a-f]/i) + 2;
  const letter = right.charAt(at);
  const turned = letter === letter.toUpperCase() ? letter.toLowerCase() : letter.toUpperCase();
  return right.slice(0, at) + turned + right.slice(at + 1);
}
