import { ProofError } from './proof-error.ts';

/** Standard base64 (RFC 4648, 4). */
export const toBase64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

/** Reads standard base64, refusing every other spelling of the same bytes: a hash has one form. */
export function fromBase64(text: string, what: string): Uint8Array {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.toString('base64') !== text) throw new ProofError(`${what} is not base64`);
  return bytes;
}
