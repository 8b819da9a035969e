import { createHash } from 'node:crypto';

/** The alphabet of Bitcoin and those who followed it. */
export const BITCOIN_ALPHABET = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
/** That of the XRP ledger. */
export const XRP_ALPHABET = 'rpshnaf39wBUDNEGHJKLM4PQRST7VWXYZ2bcdeCg65jkm8oFqi1tuvAxyz';

const sha256 = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest();

/** The bytes of a Base58 text; undefined when a character is not of the alphabet. */
function decode(text: string, alphabet: string): Buffer | undefined {
  let value = 0n;
  for (const character of text) {
    const digit = alphabet.indexOf(character);
    if (digit < 0) return undefined;
    value = value * 58n + BigInt(digit);
  }
  const hex = value.toString(16);
  const body = value === 0n ? Buffer.alloc(0) : Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
  let zeros = 0;
  while (text[zeros] === alphabet[0]) zeros += 1;
  return Buffer.concat([Buffer.alloc(zeros), body]);
}

/** The version byte of a Base58Check text with a payload of 20 bytes; undefined when its checksum is wrong. */
export function base58CheckVersion(text: string, alphabet = BITCOIN_ALPHABET): number | undefined {
  const bytes = decode(text, alphabet);
  if (bytes?.length !== 25) return undefined;
  const checksum = sha256(sha256(bytes.subarray(0, 21))).subarray(0, 4);
  return checksum.equals(bytes.subarray(21)) ? bytes[0] : undefined;
}

/** Whether a text is 32 bytes in Base58, as the public keys of Solana are. */
export const isBase58Key = (text: string): boolean => decode(text, BITCOIN_ALPHABET)?.length === 32;
